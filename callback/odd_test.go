package callback

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

// oddPush reads a push of a form that was met in practice.
func oddPush(t *testing.T, name string) *Notice {
	t.Helper()
	payload, err := os.ReadFile(filepath.Join("testdata", "odd", name))
	require.NoError(t, err)
	return mustParse(t, string(payload))
}

// G: event/ids
func TestMessageWithATextForAnId(t *testing.T) {
	t.Parallel()
	n := oddPush(t, "text_id.xml")
	assert.Equal(t, &TextMessage{Content: "good morning", MsgId: "CAIQsamplePA/QbTextId0=="}, n.Content)
	assert.Zero(t, n.Content.(*TextMessage).MsgNumber())
	assert.Empty(t, n.Misfits)
	assert.Equal(t, "text/"+fingerprint("", "MsgId", "wpQ3sCorpOfSamples000000001 CAIQsamplePA/QbTextId0=="), n.Key())
	assert.EqualValues(t, 1000037, n.AgentID)
}

// G: event/ids
func TestMsgNumber(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"text", "image", "voice", "video", "location", "link"} {
		for id, want := range map[string]int64{"7311122334455667788": 7311122334455667788, "18446744073709551615": 0, "a": 0, "": 0} {
			for _, payload := range []string{
				"<xml><MsgType>" + kind + "</MsgType><MsgId> " + id + " </MsgId></xml>",
				`{"MsgType":"` + kind + `","MsgId":"` + id + `"}`,
			} {
				n := mustParse(t, payload)
				m, ok := n.Content.(interface{ MsgNumber() int64 })
				require.True(t, ok, kind)
				assert.Equal(t, want, m.MsgNumber(), payload)
				assert.Equal(t, id, n.element("MsgId"), payload)
			}
		}
	}
	n := mustParse(t, `{"MsgType":"text","MsgId":7311122334455667788}`)
	assert.Equal(t, "7311122334455667788", n.Content.(*TextMessage).MsgId)
}

// G: event/repair
func TestControlCharactersAreReplaced(t *testing.T) {
	t.Parallel()
	n := oddPush(t, "control_chars.xml")
	assert.Equal(t, &TextMessage{Content: "1\ufffd2\ufffd3\ufffd4\ufffd5\ufffd6\ufffd\ufffd", MsgId: "7300000000000000021"}, n.Content)
	assert.Empty(t, n.Misfits)
}

// G: event/misfit
func TestObjectInThePlaceOfATextOfTheHead(t *testing.T) {
	t.Parallel()
	n := oddPush(t, "object_for_text.json")
	assert.Equal(t, &UnknownEvent{}, n.Content)
	assert.Equal(t, []string{"Event"}, n.Misfits)
	assert.Equal(t, "event", n.MsgType)
	assert.Contains(t, string(n.Raw), "enter_chat")
}

// G: event/blanks
func TestBlanksAroundIdsGo(t *testing.T) {
	t.Parallel()
	n := oddPush(t, "blanks_around_ids.xml")
	assert.Equal(t, EventNotify{
		ToUserName: "wpQ3sCorpOfSamples000000001", FromUserName: "sys", CreateTime: 1764000000,
		MsgType: "event", Event: KItChangeContact, ChangeType: KCtUpdateUser,
	}, n.EventNotify)
	assert.Equal(t, &ContactEvent{ContactInfo{
		UserID: "woSample01", Name: "\nLin\n", Department: []string{"4", "7"}, Mobile: "+852 55550000",
	}}, n.Content, "what people write stays as it is")
}

// Wherever an id, a code or a word of WeCom's stands, blanks around it go; they stay around
// what people wrote.
// G: event/blanks
func TestWhichTextsAreTrimmed(t *testing.T) {
	t.Parallel()
	written := map[string]bool{
		"Content": true, "Name": true, "Title": true, "Description": true, "Label": true, "Position": true,
		"Alias": true, "Address": true, "Value": true, "SpName": true, "Speech": true, "CommentContent": true,
		"OpenSpName": true, "ApplyUserName": true, "ApplyUserParty": true, "ItemName": true, "ItemParty": true,
		"ItemSpeech": true, "Poiname": true, "ScanResult": true, "RemarkName": true, "ApplyReason": true,
		"ErrMsg": true, "Url": true, "PicUrl": true, "ApplyUserImage": true, "ItemImage": true,
		"PicMd5Sum": true,
	}
	types := eventTypes()
	for _, typ := range append(types, partTypes(types)...) {
		for name, trimmed := range trims(t, typ) {
			assert.Equal(t, !written[name], trimmed, "%s of %s", name, typ)
		}
	}
}

// G: event/lists
func TestAttachmentsOfApprovals(t *testing.T) {
	t.Parallel()
	n := oddPush(t, "approval_attach.xml")
	require.Empty(t, n.Misfits)
	info := n.Content.(*SysApprovalEvent).ApprovalInfo
	assert.Equal(t, "202511240001", info.SpNoStr)
	assert.EqualValues(t, 202511240001, info.SpNo)
	details := info.SpRecord[0].Details
	assert.Equal(t, []string{"WWCISP_sample_1", "WWCISP_sample_2"}, details[0].Attach)
	assert.Equal(t, []string{"WWCISP_sample_3"}, details[1].Attach)
	assert.Equal(t, []string{"WWCISP_sample_4"}, info.ProcessList.NodeList[0].SubNodeList[0].MediaIds)
	assert.Equal(t, []string{"WWCISP_sample_5"}, info.Comments[0].Attach)
	assert.Equal(t, "see file", info.Comments[0].CommentContent)
}

// G: event/spellings
func TestNamesThatPagesSpellInTwoWays(t *testing.T) {
	t.Parallel()
	const head = "<xml><MsgType>event</MsgType><Event>open_approval_change</Event><ApprovalInfo>"
	for _, step := range []string{"ApproverStep", "approverstep"} {
		n := mustParse(t, head+"<"+step+">2</"+step+"><ApprovalNodes><ApprovalNode><Items><Item><ItemUserid>u</ItemUserid></Item></Items></ApprovalNode></ApprovalNodes></ApprovalInfo></xml>")
		info := n.Content.(*OpenApprovalEvent).ApprovalInfo
		assert.Equal(t, 2, info.ApproverStep, step)
		assert.Equal(t, "u", info.ApprovalNodes[0].Items[0].ItemUserId)
		assert.Empty(t, n.Misfits)
	}
	n := mustParse(t, "<xml><MsgType>event</MsgType><Event>template_card_event</Event><SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OpitonIds><OpitonId>a</OpitonId><OpitonId>b</OpitonId></OpitonIds></SelectedItem></SelectedItems></xml>")
	assert.Equal(t, []SelectedItem{{QuestionKey: "q", OptionIds: []string{"a", "b"}}}, n.Content.(*TemplateCardEvent).SelectedItems)
}

// G: event/lists
func TestListsInOtherShapes(t *testing.T) {
	t.Parallel()
	approval := func(inner string) *Notice {
		return mustParse(t, "<xml><MsgType>event</MsgType><Event>sys_approval_change</Event><ApprovalInfo>"+inner+"</ApprovalInfo></xml>")
	}
	n := approval("<Notifyer><item><UserId>a</UserId></item><item><UserId>b</UserId></item></Notifyer>")
	assert.Equal(t, []Member{{UserId: "a"}, {UserId: "b"}}, n.Content.(*SysApprovalEvent).ApprovalInfo.Notifyer)
	assert.Empty(t, n.Misfits)
	n = approval("<Notifyer><Who>a</Who></Notifyer><Notifyer>b</Notifyer>")
	assert.Equal(t, []string{"ApprovalInfo.Notifyer[0]", "ApprovalInfo.Notifyer[1]"}, n.Misfits, "never silent emptiness")

	for _, payload := range []string{
		"<xml><MsgType>event</MsgType><Event>change_chain</Event><GroupIds>5</GroupIds><GroupIds>6</GroupIds><CorpIds><item>c</item></CorpIds></xml>",
		`{"MsgType":"event","Event":"change_chain","GroupIds":[5,"6"],"CorpIds":{"CorpId":["c"]}}`,
		`{"MsgType":"event","Event":"change_chain","GroupIds":{"GroupId":[5,6.0]},"CorpIds":"c"}`,
	} {
		n := mustParse(t, payload)
		assert.Equal(t, &ChainEvent{GroupIds: []int64{5, 6}, CorpIds: []string{"c"}}, n.Content, payload)
		assert.Empty(t, n.Misfits, payload)
	}
}

// Somebody who keeps an id keeps no document with it.
// G: event/no-panic
func TestAKeptIdPinsNoDocument(t *testing.T) {
	const documents, size = 64, 900 << 10
	var kept []string
	before := heapBytes()
	for range documents {
		n := mustParse(t, "<xml><MsgType>text</MsgType><FromUserName>u1</FromUserName><MsgId>17</MsgId><Content>"+strings.Repeat("x", size)+"</Content></xml>")
		kept = append(kept, n.FromUserName, n.Content.(*TextMessage).MsgId)
	}
	grown := heapBytes() - before
	t.Logf("%d ids of %d documents hold %d KiB", len(kept), documents, grown>>10)
	assert.Less(t, grown, int64(8<<20), "of %d MiB", documents*size>>20)
	runtime.KeepAlive(kept)
}

func heapBytes() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// G: event/no-panic
func FuzzParse(f *testing.F) {
	for _, e := range spec.Events() {
		f.Add([]byte(e.SampleXML))
	}
	odd, err := filepath.Glob("testdata/odd/*")
	require.NoError(f, err)
	for _, name := range odd {
		payload, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(payload)
	}
	f.Add([]byte(`{"InfoType":"change_contact","ChangeType":"update_user","Department":"1,2","ExtAttr":{"Item":{"Name":"a"}}}`))
	f.Add([]byte(`{"MsgType":"text","MsgId":"9007199254740993","Content":1}`))
	f.Add([]byte(`{"InfoType":"share_agent_change","agentid":1,"AgentId":"2"}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		n, err := Parse(payload)
		if err != nil {
			assert.ErrorIs(t, err, ErrPayload)
			assert.Nil(t, n)
			return
		}
		require.NotNil(t, n.Content)
		assert.Equal(t, payload, n.Raw)
		assert.Equal(t, strings.TrimSpace(n.InfoType), n.InfoType)
		again, err := Parse(payload)
		require.NoError(t, err)
		assert.Equal(t, n, again)
		assert.Equal(t, n.Key(), again.Key())
		_, _ = printed(n), n.CorpId()
		_, err = n.MarshalJSON()
		require.NoError(t, err)
	})
}
