package console

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
)

const (
	sendPath   = "/cgi-bin/message/send"
	updatePath = "/cgi-bin/message/update_template_card"
	recallPath = "/cgi-bin/message/recall"

	mostLogged = 1000 // requests or pushes that are looked through
)

// send is a request to send a message, as far as the log still has it.
type send struct {
	sandbox.Request
	Kind         string
	Object       json.RawMessage // of the kind
	To           []string        // userids that it names
	All          bool            // it names everybody
	Msgid        string          // of the answer
	ResponseCode string
	Invalid      []string // userids in lower case
	Unlicensed   []string
}

// sends are the requests to send messages to a corp, the oldest first.
func (c *Console) sends(ctx context.Context, corpId string) (list []send, err error) {
	calls, err := c.world.ListRequests(ctx, sandbox.RequestQuery{Path: sendPath, Limit: mostLogged})
	if err != nil {
		return nil, err
	}
	for _, x := range calls.Requests {
		if x.CorpId == corpId && x.Status == 200 {
			list = append(list, readSend(x))
		}
	}
	return list, nil
}

// readSend reads a request and its answer. A request may be anything.
func readSend(x sandbox.Request) send {
	var asked struct{ ToUser, MsgType string }
	var objects map[string]json.RawMessage
	var answer struct {
		MsgId, InvalidUser, UnlicensedUser string
		ResponseCode                       string `json:"response_code"`
	}
	_ = json.Unmarshal([]byte(x.Body), &asked)
	_ = json.Unmarshal([]byte(x.Body), &objects)
	_ = json.Unmarshal([]byte(x.Answer), &answer)
	return send{Request: x, Kind: asked.MsgType, Object: objects[asked.MsgType], To: bars(asked.ToUser), All: asked.ToUser == "@all",
		Msgid: answer.MsgId, ResponseCode: answer.ResponseCode, Invalid: bars(answer.InvalidUser), Unlicensed: bars(answer.UnlicensedUser)}
}

// bars divides a list as WeCom writes it.
func bars(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == '|' })
}

// has reports whether a userid is in a list. WeCom lowers them in its answers.
func has(list []string, userId string) bool {
	return slices.ContainsFunc(list, func(id string) bool { return strings.EqualFold(id, userId) })
}

// loss is why a message did not reach a member.
type loss string

const (
	notLost    loss = ""
	unlicensed loss = "unlicensed" // he holds no valid account
	invisible  loss = "invisible"  // he is outside the visible range, or is no member
	repeated   loss = "repeated"   // it was held back as a repeat
	refusedAll loss = "refused"    // the request was refused
	recalled   loss = "recalled"
	goneBy     loss = "gone" // it came, but he sees the app no more
)

// lossOf is why a request did not bring its message to a member who it is for.
func (s send) lossOf(userId string, reached []string) loss {
	switch {
	case has(s.Unlicensed, userId):
		return unlicensed
	case has(s.Invalid, userId):
		return invisible
	case s.ErrCode != 0 && has(s.To, userId):
		return refusedAll
	case s.ErrCode == 0 && len(reached) == 0 && s.repeats() && (s.All || has(s.To, userId)):
		return repeated
	}
	return notLost
}

// repeats reports whether the app has asked for repeats to be held back.
func (s send) repeats() bool {
	var asked struct {
		EnableDuplicateCheck int `json:"enable_duplicate_check"`
	}
	return json.Unmarshal([]byte(s.Body), &asked) == nil && asked.EnableDuplicateCheck == 1
}
