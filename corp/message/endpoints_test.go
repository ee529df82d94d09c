package message_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/internal/spectest"
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

// outcome is what Send returns, as the answer writes it.
type outcome struct {
	*message.Result
	InvalidUser, InvalidParty, InvalidTag, UnlicensedUser string
}

// partly takes a *NotReached that is no failure for a part of the result.
func partly(res *message.Result, err error) (any, error) {
	var missed *message.NotReached
	if res == nil || err != nil && !errors.As(err, &missed) {
		return nil, err
	}
	out := outcome{Result: res}
	if missed != nil {
		join := func(ids []string) string { return strings.Join(ids, "|") }
		out = outcome{res, join(missed.InvalidUser), join(missed.InvalidParty), join(missed.InvalidTag), join(missed.UnlicensedUser)}
	}
	return out, nil
}

var rows = slices.Concat(corptest.Rows("Send", "corp/message/send", func(api *token.Api, in sent) (any, error) {
	return partly(message.Send(api, in.message()))
}), corptest.Rows("UpdateTemplateCard", "corp/message/update_template_card", func(api *token.Api, in message.CardUpdate) (any, error) {
	err := message.UpdateTemplateCard(api, in)
	var missed *message.NotReached
	if errors.As(err, &missed) && missed.Err == nil {
		return missed, nil
	}
	return nil, err
}), corptest.Rows("Recall", "corp/message/recall", func(api *token.Api, in struct{ MsgId string }) (any, error) {
	return nil, message.Recall(api, in.MsgId)
}))

// G: endpoint/documented
func TestEndpoints(t *testing.T) {
	corptest.Run(t, rows)
}

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }
