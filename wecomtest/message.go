package wecomtest

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// Message is a message (应用消息) that an app sent to a member; or one that a member sends to
// the app, see [Corp.Send]; or one that has reached a customer, see [Customer.Messages].
type Message struct {
	Time    time.Time
	Id      string // msgid
	CorpId  string
	SuiteId string
	UserId  string // the member
	Kind    string // msgtype: text, textcard, template_card, …
	Text    string // of a text or markdown message; of others their title
	Body    string // the content of its kind, as JSON

	OpenKfId string // the account of customer service (微信客服) that has sent it; "": none
}

// Messages lists the messages that were sent to a member and can still be read, the oldest
// first: recalled messages are gone.
func (w *WeCom) Messages(userId string) []Message {
	w.t.Helper()
	w.somebody(userId)
	var list []Message
	for _, m := range w.engine.MessagesTo(userId) {
		list = append(list, Message{Time: m.Time, Id: m.Id, CorpId: m.CorpId, SuiteId: m.SuiteId, UserId: userId, Kind: m.Kind, Text: textOf(m.Content), Body: string(m.Content)})
	}
	return list
}

// somebody ends the test for a userId that no corp knows.
func (w *WeCom) somebody(userId string) {
	w.t.Helper()
	w.mu.Lock()
	corps := slices.Clone(w.corps)
	w.mu.Unlock()
	if !slices.ContainsFunc(corps, func(c *Corp) bool { _, ok := c.known(userId); return ok }) {
		w.t.Fatalf("wecomtest: Messages: no corp has a member %q", userId)
	}
}

// textOf is what one reads first of a message.
func textOf(content []byte) string {
	var c struct {
		Content   string `json:"content"`
		Title     string `json:"title"`
		MainTitle struct {
			Title string `json:"title"`
		} `json:"main_title"`
		Articles []struct {
			Title string `json:"title"`
		} `json:"articles"`
	}
	_ = json.Unmarshal(content, &c) // a part that is of another form has no text
	text := cmp.Or(c.Content, c.Title, c.MainTitle.Title)
	for _, article := range c.Articles {
		text = cmp.Or(text, article.Title)
	}
	return text
}

// Send lets a member write to the app: a message of m.Kind is pushed to its 数据回调URL. Without
// a Kind it is a text, m.Text. For other kinds m.Text is ignored: edit the sample with
// [Corp.PushSample].
func (c *Corp) Send(m Message) Delivery {
	w := c.wecom()
	w.t.Helper()
	c.member(m.UserId)
	c.hasApp()
	if m.Kind == "" {
		m.Kind = "text"
	}
	edits := []string{"FromUserName", m.UserId, "MsgId", w.engine.NewMsgId()}
	if m.Kind == "text" {
		edits = append(edits, "Content", m.Text)
	}
	return c.PushSample(m.Kind, edits...)
}
