package message_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/token"
)

// sent is a sample request of Send.
type sent struct {
	ToUser  string `json:"touser"`
	ToParty string `json:"toparty"`
	ToTag   string `json:"totag"`
	MsgType string `json:"msgtype"`
	message.Message
}

// message is what makes the request.
func (s sent) message() message.Message {
	m := s.Message
	m.ToUser = strings.Split(s.ToUser, "|")
	m.ToParty, m.ToTag = numbers(s.ToParty), numbers(s.ToTag)
	return m
}

func numbers(ids string) (list []int64) {
	for id := range strings.SplitSeq(ids, "|") {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			list = append(list, n)
		}
	}
	return list
}

// outcome holds both parts of what a call returns.
type outcome struct {
	*message.Result
	*message.NotReached
	AsSent []string // the lists as Send's answer writes them
}

// lists fills AsSent.
func (o outcome) lists() outcome {
	for _, ids := range [][]string{o.InvalidUser, o.InvalidParty, o.InvalidTag, o.UnlicensedUser} {
		o.AsSent = append(o.AsSent, strings.Join(ids, "|"))
	}
	return o
}

// both takes a *NotReached that is no failure for a part of the result.
func both(res *message.Result, err error) (any, error) {
	var missed *message.NotReached
	if errors.As(err, &missed) && missed.Err == nil {
		return outcome{Result: res, NotReached: missed}.lists(), nil
	}
	if res == nil {
		return nil, err
	}
	return res, err
}

var rows = slices.Concat(corptest.Rows("Send", "corp/message/send", func(api *token.Api, in sent) (any, error) {
	return both(message.Send(api, in.message()))
}), corptest.Rows("UpdateTemplateCard", "corp/message/update_template_card", func(api *token.Api, in message.CardUpdate) (any, error) {
	return both(nil, message.UpdateTemplateCard(api, in))
}), corptest.Rows("Recall", "corp/message/recall", func(api *token.Api, in struct{ MsgId string }) (any, error) {
	return nil, message.Recall(api, in.MsgId)
}))

// G: endpoint/documented
// G: endpoint/names
func TestEndpoints(t *testing.T) {
	corptest.Run(t, rows, nil)
}
