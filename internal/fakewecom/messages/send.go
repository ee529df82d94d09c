package messages

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	codeUsers        = 40031
	codeManyUsers    = 40032
	codeBadMedia     = 40007
	codeTaskId       = 42014
	codeManyArticles = 45008
	codeNotVisible   = 60011
	codeBadResponse  = 60140
	codeReceivers    = 60208
	codeBadTicket    = 60233
	codeNoRecipients = 81012
	codeNoReceiver   = 81013
	codeManyParties  = 82002
	codeManyTags     = 82003
)

// templated is the msgtype of messages after a template of the platform.
const templated = "template_msg"

// sendMessage sends a message to those who see the app.
func (m *Messages) sendMessage(c *platform.Call) (platform.Obj, error) {
	kind := c.Str("msgtype")
	content, ok := c.Body()[kind].(platform.Obj)
	if !ok {
		return nil, platform.BadParam("invalid Request Parameter, the object of msgtype %s is missing", kind)
	}
	if err := m.host.OwnAgent(c, c.Int("agentid")); err != nil {
		return nil, err
	}
	if err := m.checkContent(c, kind, content); err != nil {
		return nil, err
	}
	to, err := m.receivers(c)
	if err != nil {
		return nil, err
	}
	out := platform.Obj{"invaliduser": strings.Join(to.invalidUsers, "|"), "invalidparty": strings.Join(to.invalidParties, "|"),
		"invalidtag": strings.Join(to.invalidTags, "|")}
	without := m.messaged(c, to.users)
	out["unlicenseduser"] = strings.ToLower(strings.Join(without, "|"))
	reached := slices.DeleteFunc(slices.Clone(to.users), func(id string) bool { return slices.Contains(without, id) })
	sent := m.keep(c, content, reached)
	out["msgid"] = sent.Id
	if answerable(content) {
		out["response_code"] = m.newAnswer(sent)
	}
	return out, nil
}

func (m *Messages) messaged(c *platform.Call, users []string) (without []string) {
	if m.around.Messaged == nil || len(users) == 0 {
		return nil
	}
	return m.around.Messaged(c.Install(), users)
}
