package callback

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

type replyEnvelope struct {
	XMLName                                 xml.Name `xml:"xml" json:"-"`
	Encrypt, MsgSignature, TimeStamp, Nonce string
}

// openReply takes an encrypted reply apart and returns its document.
func openReply(t *testing.T, body, receiveId string) string {
	t.Helper()
	var e replyEnvelope
	if strings.HasPrefix(body, "{") {
		require.NoError(t, json.Unmarshal([]byte(body), &e), body)
	} else {
		require.NoError(t, xml.Unmarshal([]byte(body), &e), body)
		assert.Regexp(t, `<TimeStamp>\d+</TimeStamp>`, body, "bare, with a capital S")
	}
	crypt, err := NewCrypt(siteToken, siteKey)
	require.NoError(t, err)
	document, got, err := crypt.Decrypt(e.MsgSignature, e.TimeStamp, e.Nonce, e.Encrypt)
	require.NoError(t, err)
	assert.Equal(t, receiveId, got, "the receive id of the request")
	assert.Equal(t, "nonce1", e.Nonce)
	return string(document)
}

var createTime = regexp.MustCompile(`<CreateTime>\d+</CreateTime>|"CreateTime":\d+,`)

// Each reply in both forms: the one of the push.
// G: reply/forms
func TestReplies(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	var reply Reply
	Answer(s.in, func(_ context.Context, n *Notice, e *TextMessage) (Reply, error) {
		assert.Equal(t, "hello", e.Content)
		assert.Equal(t, siteCorp, n.Api.CorpId())
		assert.Equal(t, siteSuite, n.Api.SuiteId())
		assert.Equal(t, siteCorp, n.ReceiveId)
		return reply, nil
	})
	card := TemplateCard{
		CardType:              "button_interaction",
		Source:                &CardSource{IconUrl: "u", Desc: "d", DescColor: 1},
		MainTitle:             &CardTitle{Title: "t"},
		HorizontalContentList: []CardHorizontalContent{{KeyName: "k", Value: "v"}, {Type: 1, KeyName: "l", Url: "u"}},
		JumpList:              []CardJump{{CardLink: CardLink{Type: 2, AppId: "wx1", PagePath: "/p"}, Title: "j"}},
		ButtonList:            []CardButton{{Text: "b1", Style: 1, Key: "k1"}, {Text: "b2", Key: "k2"}},
		CheckBox:              &CardCheckBox{QuestionKey: "q", Mode: 1, OptionList: []CardOption{{Id: "a", Text: "A", IsChecked: true}, {Id: "b", Text: "B"}}},
		SubmitButton:          &CardSubmit{Text: "s", Key: "k3"},
		ReplaceText:           "done",
	}
	for i, c := range []struct {
		reply             Reply
		kind, xml, asJSON string
	}{
		{&TextReply{Content: `<a href="x">&]]></a>`}, "text", `<Content>&lt;a href=&#34;x&#34;&gt;&amp;]]&gt;&lt;/a&gt;</Content>`,
			`"Content":"<a href=\"x\">&]]></a>"`},
		{&ImageReply{MediaId: "m1"}, "image", `<Image><MediaId>m1</MediaId></Image>`, `"Image":{"MediaId":"m1"}`},
		{&VoiceReply{MediaId: "m2"}, "voice", `<Voice><MediaId>m2</MediaId></Voice>`, `"Voice":{"MediaId":"m2"}`},
		{&VideoReply{MediaId: "m3", Title: "t", Description: "d"}, "video", `<Video><MediaId>m3</MediaId><Title>t</Title><Description>d</Description></Video>`,
			`"Video":{"MediaId":"m3","Title":"t","Description":"d"}`},
		{&NewsReply{Articles: []Article{{Title: "1", Url: "u1"}, {Title: "2", Description: "d", Url: "u2", PicUrl: "p"}}}, "news",
			`<ArticleCount>2</ArticleCount><Articles><item><Title>1</Title><Url>u1</Url></item>` +
				`<item><Title>2</Title><Description>d</Description><Url>u2</Url><PicUrl>p</PicUrl></item></Articles>`,
			`"ArticleCount":2,"Articles":[{"Title":"1","Url":"u1"},{"Title":"2","Description":"d","Url":"u2","PicUrl":"p"}]`},
		{&ButtonReply{ReplaceName: "done"}, "update_button", `<Button><ReplaceName>done</ReplaceName></Button>`, `"Button":{"ReplaceName":"done"}`},
		{&CardReply{TemplateCard: card}, "update_template_card", `<TemplateCard><CardType>button_interaction</CardType>` +
			`<Source><IconUrl>u</IconUrl><Desc>d</Desc><DescColor>1</DescColor></Source><MainTitle><Title>t</Title></MainTitle>` +
			`<HorizontalContentList><KeyName>k</KeyName><Value>v</Value></HorizontalContentList>` +
			`<HorizontalContentList><Type>1</Type><KeyName>l</KeyName><Url>u</Url></HorizontalContentList>` +
			`<JumpList><Type>2</Type><AppId>wx1</AppId><PagePath>/p</PagePath><Title>j</Title></JumpList>` +
			`<ButtonList><Text>b1</Text><Style>1</Style><Key>k1</Key></ButtonList><ButtonList><Text>b2</Text><Key>k2</Key></ButtonList>` +
			`<CheckBox><QuestionKey>q</QuestionKey><Mode>1</Mode><OptionList><Id>a</Id><Text>A</Text><IsChecked>true</IsChecked></OptionList>` +
			`<OptionList><Id>b</Id><Text>B</Text></OptionList></CheckBox><SubmitButton><Text>s</Text><Key>k3</Key></SubmitButton>` +
			`<ReplaceText>done</ReplaceText></TemplateCard>`,
			`"TemplateCard":{"CardType":"button_interaction","Source":{"IconUrl":"u","Desc":"d","DescColor":1},"MainTitle":{"Title":"t"},` +
				`"HorizontalContentList":[{"KeyName":"k","Value":"v"},{"Type":1,"KeyName":"l","Url":"u"}],` +
				`"JumpList":[{"Type":2,"AppId":"wx1","PagePath":"/p","Title":"j"}],` +
				`"ButtonList":[{"Text":"b1","Style":1,"Key":"k1"},{"Text":"b2","Key":"k2"}],` +
				`"CheckBox":{"QuestionKey":"q","Mode":1,"OptionList":[{"Id":"a","Text":"A","IsChecked":true},{"Id":"b","Text":"B"}]},` +
				`"SubmitButton":{"Text":"s","Key":"k3"},"ReplaceText":"done"}`},
	} {
		reply = c.reply
		res := s.send(request{payload: textDoc(siteCorp, "hello", 2*i+1), receiveId: siteCorp})
		require.Equal(t, http.StatusOK, res.StatusCode)
		assert.Equal(t, "application/xml; charset=utf-8", res.Header.Get("Content-Type"))
		document := openReply(t, s.body(res), siteCorp)
		want := `<xml><ToUserName>woLin01</ToUserName><FromUserName>` + siteCorp + `</FromUserName><MsgType>` + c.kind + `</MsgType>` + c.xml + `</xml>`
		assert.Equal(t, want, createTime.ReplaceAllString(document, ""), c.kind)
		assert.Regexp(t, createTime, document)

		res = s.send(request{payload: textJSON(siteCorp, "hello", 2*i+2), receiveId: siteCorp, spoil: asJSON(t, "ToUserName", "Encrypt")})
		require.Equal(t, http.StatusOK, res.StatusCode)
		assert.Equal(t, "application/json; charset=utf-8", res.Header.Get("Content-Type"))
		document = openReply(t, s.body(res), siteCorp)
		want = `{"ToUserName":"woLin01","FromUserName":"` + siteCorp + `","MsgType":"` + c.kind + `",` + c.asJSON + `}`
		assert.Equal(t, want, createTime.ReplaceAllString(document, ""), c.kind)
		assert.True(t, json.Valid([]byte(document)))
	}
	assert.Empty(t, s.takeErrs(0))
}

// textJSON is a text message in JSON.
func textJSON(corpId, text string, id int) string {
	return fmt.Sprintf(`{"ToUserName":%q,"FromUserName":"woLin01","MsgType":"text","Content":%q,"MsgId":%d,"AgentID":1000037}`, corpId, text, id)
}

// WeCom spells the keys of JSON envelopes in two ways; the reply is spelled as the push.
// G: reply/forms
func TestReplyEnvelopeIsSpelledAsThePush(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	Answer(s.in, func(context.Context, *Notice, *TextMessage) (Reply, error) { return &TextReply{Content: "x"}, nil })
	for encrypt, names := range map[string][]string{
		"encrypt": {"encrypt", "msgsignature", "timestamp", "nonce"},
		"Encrypt": {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"},
	} {
		res := s.send(request{payload: textJSON(siteCorp, "hello", 1), receiveId: siteCorp, spoil: asJSON(t, "to", encrypt)})
		var got map[string]string
		body := s.body(res)
		require.NoError(t, json.Unmarshal([]byte(body), &got), body)
		assert.Len(t, got, len(names))
		for _, name := range names {
			assert.NotEmpty(t, got[name], name)
		}
		assert.Contains(t, openReply(t, body, siteCorp), `"Content":"x"`)
	}
}

// G: reply/only-where
func TestReplyIsOnlyForWhatCanBeAnswered(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	system := s.systemURL()
	system.Token, system.EncodingAESKey = siteToken, siteKey
	s.handler("/system", s.api, system)
	text := func(text string) (Reply, error) { return &TextReply{Content: text}, nil }
	Answer(s.in, func(context.Context, *Notice, *TextMessage) (Reply, error) { return text("text") })
	Answer(s.in, func(context.Context, *Notice, *MenuEvent) (Reply, error) { return text("entered") }, KItEnterAgent)
	Answer(s.in, func(context.Context, *Notice, *MenuEvent) (Reply, error) { return text("menu") })
	Answer(s.in, func(context.Context, *Notice, *UnknownEvent) (Reply, error) { return text("unknown") })
	event := func(name string) string {
		return "<xml><ToUserName>" + siteCorp + "</ToUserName><FromUserName>woLin01</FromUserName>" +
			"<MsgType>event</MsgType><Event>" + name + "</Event></xml>"
	}
	for name, c := range map[string]struct{ path, receiveId, payload, want string }{
		"message":              {"/app", siteCorp, textDoc(siteCorp, "x", 1), "text"},
		"click":                {"/app", siteCorp, event("click"), "menu"},
		"enter_agent":          {"/app", siteCorp, event("enter_agent"), "entered"},
		"a kind of message":    {"/app", siteCorp, strings.Replace(textDoc(siteCorp, "x", 2), ">text<", ">hologram<", 1), "unknown"},
		"unsubscribe":          {"/app", siteCorp, event("unsubscribe"), ""},
		"another event":        {"/app", siteCorp, event("hologram_change"), ""},
		"InfoType":             {"/app", siteSuite, infoDoc(siteSuite, "click"), ""},
		"for the suite":        {"/app", siteSuite, textDoc(siteCorp, "x", 3), ""},
		"InfoType of the corp": {"/app", siteCorp, infoDoc(siteSuite, "x", "<ToUserName>"+siteCorp+"</ToUserName><MsgType>text</MsgType>"), ""},
		"system event URL":     {"/system", siteProvider, textDoc(siteProvider, "x", 1), ""},
	} {
		body := s.body(s.send(request{path: c.path, payload: c.payload, receiveId: c.receiveId}))
		if c.want == "" {
			assert.Equal(t, "success", body, name)
			continue
		}
		assert.Contains(t, openReply(t, body, siteCorp), "<Content>"+c.want+"<", name)
	}
}

// The nonce of the request comes back, whatever is in it.
// G: reply/forms
func TestReplyEscapesNonce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	Answer(s.in, func(context.Context, *Notice, *TextMessage) (Reply, error) { return &TextReply{Content: "x"}, nil })
	nonce := `]]></Nonce><Nonce>"&`
	body := s.body(s.send(request{payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp, nonce: nonce}))
	var e struct{ Nonce []string }
	require.NoError(t, xml.Unmarshal([]byte(body), &e))
	assert.Equal(t, []string{nonce}, e.Nonce)
	body = s.body(s.send(request{payload: textJSON(siteCorp, "x", 2), receiveId: siteCorp, nonce: nonce, spoil: asJSON(t, "to", "Encrypt")}))
	var object map[string]string
	require.NoError(t, json.Unmarshal([]byte(body), &object))
	assert.Equal(t, nonce, object["Nonce"])
}

// G: reply/forms
func TestReplyDocumentIsNeverBroken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a\nb", "\x00", "\xff", strings.Repeat("<", 100), "<xml>x</xml>", "}", "{"} {
		for raw, unmarshal := range map[string]func([]byte, any) error{"<xml>": xml.Unmarshal, "{}": json.Unmarshal} {
			document, err := replyDocument(&TextReply{Content: text}, &Notice{Raw: []byte(raw)})
			require.NoError(t, err)
			var back struct{ Content string }
			require.NoError(t, unmarshal(document, &back), "%s: %q", raw, text)
			if text != "\x00" && text != "\xff" {
				assert.Equal(t, text, back.Content)
			}
		}
	}
}

// The fake takes the reply as WeCom does.
// G: reply/forms
func TestReplyToTheFake(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	Answer(s.in, func(context.Context, *Notice, *TextMessage) (Reply, error) { return &TextReply{Content: "hi"}, nil })
	d, err := s.fake.Push(t.Context(), platform.Target{Channel: spec.ChannelData, SuiteId: siteSuite, CorpId: siteCorp}, []byte(textDoc(siteCorp, "x", 1)))
	require.NoError(t, err)
	document, err := s.fake.OpenReply(d)
	require.NoError(t, err)
	assert.Contains(t, string(document), "<Content>hi</Content>")
	again, err := s.fake.Redeliver(t.Context(), d.Id)
	require.NoError(t, err)
	same, err := s.fake.OpenReply(again)
	require.NoError(t, err)
	assert.Equal(t, string(document), string(same))
}
