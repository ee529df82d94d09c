package callback

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// openReply takes an encrypted reply apart and returns its document.
func openReply(t *testing.T, body, receiveId string) string {
	t.Helper()
	var e struct {
		XMLName                                 xml.Name `xml:"xml"`
		Encrypt, MsgSignature, TimeStamp, Nonce string
	}
	require.NoError(t, xml.Unmarshal([]byte(body), &e), body)
	crypt, err := NewCrypt(siteToken, siteKey)
	require.NoError(t, err)
	document, got, err := crypt.Decrypt(e.MsgSignature, e.TimeStamp, e.Nonce, e.Encrypt)
	require.NoError(t, err)
	assert.Equal(t, receiveId, got, "the receive id of the request")
	assert.Equal(t, "nonce1", e.Nonce)
	assert.Regexp(t, `<TimeStamp>\d+</TimeStamp>`, body, "bare, with a capital S")
	return string(document)
}

var createTime = regexp.MustCompile(`<CreateTime>\d+</CreateTime>`)

func TestReplies(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(siteCorp)
	h := s.handler("/data", s.api, s.config(Data))
	var reply Reply
	Answer(h, func(_ context.Context, n *Notice, e *TextMessage) (Reply, error) {
		assert.Equal(t, "hello", e.Content)
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
		reply Reply
		kind  string
		want  string
	}{
		{&TextReply{Content: `<a href="x">&]]></a>`}, "text", `<Content>&lt;a href=&#34;x&#34;&gt;&amp;]]&gt;&lt;/a&gt;</Content>`},
		{&ImageReply{MediaId: "m1"}, "image", `<Image><MediaId>m1</MediaId></Image>`},
		{&VoiceReply{MediaId: "m2"}, "voice", `<Voice><MediaId>m2</MediaId></Voice>`},
		{&VideoReply{MediaId: "m3", Title: "t", Description: "d"}, "video", `<Video><MediaId>m3</MediaId><Title>t</Title><Description>d</Description></Video>`},
		{&NewsReply{Articles: []Article{{Title: "1", Url: "u1"}, {Title: "2", Description: "d", Url: "u2", PicUrl: "p"}}}, "news",
			`<ArticleCount>2</ArticleCount><Articles><item><Title>1</Title><Url>u1</Url></item>` +
				`<item><Title>2</Title><Description>d</Description><Url>u2</Url><PicUrl>p</PicUrl></item></Articles>`},
		{&ButtonReply{ReplaceName: "done"}, "update_button", `<Button><ReplaceName>done</ReplaceName></Button>`},
		{&CardReply{TemplateCard: card}, "update_template_card", `<TemplateCard><CardType>button_interaction</CardType>` +
			`<Source><IconUrl>u</IconUrl><Desc>d</Desc><DescColor>1</DescColor></Source><MainTitle><Title>t</Title></MainTitle>` +
			`<HorizontalContentList><KeyName>k</KeyName><Value>v</Value></HorizontalContentList>` +
			`<HorizontalContentList><Type>1</Type><KeyName>l</KeyName><Url>u</Url></HorizontalContentList>` +
			`<JumpList><Type>2</Type><AppId>wx1</AppId><PagePath>/p</PagePath><Title>j</Title></JumpList>` +
			`<ButtonList><Text>b1</Text><Style>1</Style><Key>k1</Key></ButtonList><ButtonList><Text>b2</Text><Key>k2</Key></ButtonList>` +
			`<CheckBox><QuestionKey>q</QuestionKey><Mode>1</Mode><OptionList><Id>a</Id><Text>A</Text><IsChecked>true</IsChecked></OptionList>` +
			`<OptionList><Id>b</Id><Text>B</Text></OptionList></CheckBox><SubmitButton><Text>s</Text><Key>k3</Key></SubmitButton>` +
			`<ReplaceText>done</ReplaceText></TemplateCard>`},
	} {
		reply = c.reply
		res := s.send(request{method: http.MethodPost, path: "/data", payload: textDoc(siteCorp, "hello", i+1), receiveId: siteCorp})
		require.Equal(t, http.StatusOK, res.StatusCode)
		assert.Equal(t, "application/xml; charset=utf-8", res.Header.Get("Content-Type"))
		document := openReply(t, s.body(res), siteCorp)
		want := `<xml><ToUserName>woLin01</ToUserName><FromUserName>` + siteCorp + `</FromUserName><MsgType>` + c.kind + `</MsgType>` + c.want + `</xml>`
		assert.Equal(t, want, createTime.ReplaceAllString(document, ""), c.kind)
		assert.Regexp(t, createTime, document)
	}
	assert.Empty(t, s.takeErrs())
}

func TestReplyIsOnlyForWhatCanBeAnswered(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(siteCorp)
	for path, channel := range map[string]Channel{"/data": Data, "/instruction": Instruction} {
		h := s.handler(path, s.api, s.config(channel))
		Answer(h, func(context.Context, *Notice, *TextMessage) (Reply, error) { return &TextReply{Content: "text"}, nil })
		Answer(h, func(context.Context, *Notice, *MenuEvent) (Reply, error) { return &TextReply{Content: "menu"}, nil })
		Answer(h, func(context.Context, *Notice, *PicEvent) (Reply, error) { return &TextReply{Content: "pic"}, nil })
		Answer(h, func(context.Context, *Notice, *ContactEvent) (Reply, error) {
			return &TextReply{Content: "contact"}, nil
		})
	}
	event := func(name string) string {
		return "<xml><ToUserName>" + siteCorp + "</ToUserName><FromUserName>woLin01</FromUserName><CreateTime>1</CreateTime>" +
			"<MsgType>event</MsgType><Event>" + name + "</Event></xml>"
	}
	for name, c := range map[string]struct {
		path, receiveId, payload, want string
	}{
		"message":             {"/data", siteCorp, textDoc(siteCorp, "x", 1), "text"},
		"click":               {"/data", siteCorp, event("click"), "menu"},
		"enter_agent":         {"/data", siteCorp, event("enter_agent"), "menu"},
		"pictures":            {"/data", siteCorp, event("pic_sysphoto"), ""},
		"address book":        {"/data", siteCorp, event("change_contact"), ""},
		"InfoType":            {"/data", siteCorp, infoDoc(siteSuite, "change_contact"), ""},
		"nothing known of it": {"/data", siteCorp, "<xml></xml>", ""},
		"instruction URL":     {"/instruction", siteSuite, textDoc(siteCorp, "x", 1), ""},
	} {
		res := s.send(request{method: http.MethodPost, path: c.path, payload: c.payload, receiveId: c.receiveId})
		body := s.body(res)
		if c.want == "" {
			assert.Equal(t, "success", body, name)
			continue
		}
		assert.Contains(t, openReply(t, body, siteCorp), "<Content>"+c.want+"<", name)
	}
}

func TestReplyFunctionsInTurn(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.installed(siteCorp)
		h := s.handler("/data", s.api, s.config(Data))
		worked := 0
		On(h, func(context.Context, *Notice, *TextMessage) error { worked++; return nil })
		Answer(h, func(_ context.Context, _ *Notice, e *TextMessage) (Reply, error) {
			switch e.Content {
			case "late":
				time.Sleep(time.Minute)
			case "fails":
				return nil, errors.New("no idea")
			case "panics":
				panic("no idea")
			case "first":
				return &TextReply{Content: "from the first"}, nil
			case "nine":
				return &NewsReply{Articles: make([]Article, 9)}, nil
			case "none":
				return &NewsReply{}, nil
			}
			return nil, nil
		})
		Answer(h, func(_ context.Context, _ *Notice, e *TextMessage) (Reply, error) {
			if e.Content == "silent" {
				return nil, nil
			}
			return &TextReply{Content: "from the second"}, nil
		})
		stop := s.run(h)
		for i, c := range []struct {
			text, reply, err string
			took             time.Duration
		}{
			{text: "first", reply: "from the first"},
			{text: "other", reply: "from the second"},
			{text: "silent"},
			{text: "fails", err: "no idea"},
			{text: "panics", err: "panicked"},
			{text: "late", err: "deadline", took: replyWithin},
			{text: "nine", err: "1 to 8"},
			{text: "none", err: "1 to 8"},
		} {
			start := time.Now()
			res := s.send(request{method: http.MethodPost, path: "/data", payload: textDoc(siteCorp, c.text, i+1), receiveId: siteCorp})
			assert.Equal(t, c.took, time.Since(start), c.text)
			body := s.body(res)
			if c.reply == "" {
				assert.Equal(t, "success", body, c.text)
			} else {
				assert.Contains(t, openReply(t, body, siteCorp), c.reply, c.text)
			}
			if c.err == "" {
				assert.Empty(t, s.takeErrs(), c.text)
			} else {
				assert.ErrorContains(t, s.lastErr(), c.err, c.text)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		assert.Equal(t, 8, worked, "whatever the reply, the notice is worked")
	})
}

// The nonce of the request comes back, whatever is in it.
func TestReplyEscapesNonce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(siteCorp)
	h := s.handler("/data", s.api, s.config(Data))
	Answer(h, func(context.Context, *Notice, *TextMessage) (Reply, error) { return &TextReply{Content: "x"}, nil })
	nonce := `]]></Nonce><Nonce>"&`
	res := s.send(request{method: http.MethodPost, path: "/data", payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp, nonce: nonce})
	var e struct{ Nonce []string }
	body := s.body(res)
	require.NoError(t, xml.Unmarshal([]byte(body), &e))
	assert.Equal(t, []string{nonce}, e.Nonce)
}

func TestReplyXMLIsNeverBroken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a\nb", "\x00", "\xff", strings.Repeat("<", 100), "<reply>x</reply>"} {
		document, err := replyXML(&TextReply{Content: text}, replyDocument{MsgType: "text", CreateTime: 1})
		require.NoError(t, err)
		var back struct{ Content string }
		require.NoError(t, xml.Unmarshal(document, &back), strconv.Quote(text))
		if text != "\x00" && text != "\xff" {
			assert.Equal(t, text, back.Content)
		}
	}
	_, err := replyXML((*TextReply)(nil), replyDocument{})
	assert.NoError(t, err, "a nil pointer is an empty message, not a panic")
}
