package message_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
)

// Whoever was not reached is told, in whichever form WeCom lists them.
// G: endpoint/reached
func TestListsOfTheUnreachedInEveryForm(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t,
		`{"errcode":0,"msgid":"m","invaliduser":["lin","wang"],"invalidparty":7,"invalidtag":[1,2],"unlicenseduser":null}`,
		`{"errcode":0,"msgid":"m","invaliduser":"lin|wang|","invalidparty":"7","invalidtag":"1|2","unlicenseduser":""}`,
		`{"errcode":0,"invaliduser":"lin|wang"}`,
		`{"errcode":0,"invaliduser":["lin","wang"]}`)
	m := message.Message{ToUser: []string{"lin", "wang"}, Content: message.Content{Text: &wire.Text{Content: "hi"}}}
	for range 2 {
		_, err := message.Send(api, m)
		var missed *message.NotReached
		require.ErrorAs(t, err, &missed)
		assert.Equal(t, &message.NotReached{InvalidUser: []string{"lin", "wang"}, InvalidParty: []string{"7"}, InvalidTag: []string{"1", "2"}}, missed)
	}
	for range 2 {
		err := message.UpdateTemplateCard(api, message.CardUpdate{ResponseCode: "r", UserIds: []string{"lin"}, Button: &message.DeadButton{ReplaceName: "x"}})
		var missed *message.NotReached
		require.ErrorAs(t, err, &missed)
		assert.Equal(t, []string{"lin", "wang"}, missed.InvalidUser)
	}
}

// Who has no licence is not invalid as well.
// G: endpoint/reached
func TestAMessageToTheUnlicensedOnly(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"errcode":81013,"errmsg":"all invalid","unlicenseduser":"lin|wang"}`)
	_, err := message.Send(api, message.Message{ToUser: []string{"lin", "wang"}, Content: message.Content{Text: &wire.Text{Content: "hi"}}})
	var missed *message.NotReached
	require.ErrorAs(t, err, &missed)
	assert.Empty(t, missed.InvalidUser)
	assert.Equal(t, []string{"lin", "wang"}, missed.UnlicensedUser)
}

func TestAllIsTheOnlyReceiver(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"errcode":0,"msgid":"m"}`)
	m := message.Message{ToUser: []string{message.All, "lin"}, Content: message.Content{Text: &wire.Text{Content: "hi"}}}
	_, err := message.Send(api, m)
	require.ErrorContains(t, err, "@all")
	m.ToUser = []string{message.All}
	_, err = message.Send(api, m)
	require.NoError(t, err)
	assert.Len(t, asked(), 1)
}
