package callback

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// Reply 被动回复 is an answer to a message in the HTTP response itself: *TextReply,
// *ImageReply, *VoiceReply, *VideoReply, *NewsReply, *ButtonReply or *CardReply.
// https://developer.work.weixin.qq.com/document/path/90377
type Reply interface {
	msgType() string
	content() any // what follows the head of the document
}

// TextReply 文本消息 is a reply with a text.
type TextReply struct {
	Content string // up to 2048 bytes, the rest is cut off
}

// ImageReply 图片消息 is a reply with an image.
type ImageReply struct {
	MediaId string
}

// VoiceReply 语音消息 is a reply with a voice.
type VoiceReply struct {
	MediaId string
}

// VideoReply 视频消息 is a reply with a video.
type VideoReply struct {
	MediaId     string
	Title       string `xml:",omitempty" json:",omitempty"` // up to 128 bytes
	Description string `xml:",omitempty" json:",omitempty"` // up to 512 bytes
}

// NewsReply 图文消息 is a reply with links.
type NewsReply struct {
	Articles []Article // 1 to 8
}

// Article is one entry of a [NewsReply].
type Article struct {
	Title       string // up to 128 bytes
	Description string `xml:",omitempty" json:",omitempty"` // up to 512 bytes
	Url         string
	PicUrl      string `xml:",omitempty" json:",omitempty"` // JPG or PNG; 1068×455 or, below the first, 150×150
}

// ButtonReply 更新点击用户的按钮文案: disables the button that was clicked and changes its text.
type ButtonReply struct {
	ReplaceName string
}

// CardReply 更新点击用户的整张卡片: replaces the card that was clicked.
type CardReply struct {
	TemplateCard TemplateCard
}

func (*TextReply) msgType() string   { return "text" }
func (*ImageReply) msgType() string  { return "image" }
func (*VoiceReply) msgType() string  { return "voice" }
func (*VideoReply) msgType() string  { return "video" }
func (*NewsReply) msgType() string   { return "news" }
func (*ButtonReply) msgType() string { return "update_button" }
func (*CardReply) msgType() string   { return "update_template_card" }

func (r *TextReply) content() any   { return r }
func (r *ImageReply) content() any  { return struct{ Image *ImageReply }{r} }
func (r *VoiceReply) content() any  { return struct{ Voice *VoiceReply }{r} }
func (r *VideoReply) content() any  { return struct{ Video *VideoReply }{r} }
func (r *ButtonReply) content() any { return struct{ Button *ButtonReply }{r} }
func (r *CardReply) content() any   { return r }
func (r *NewsReply) content() any {
	return struct {
		ArticleCount int
		Articles     []Article `xml:"Articles>item"`
	}{len(r.Articles), r.Articles}
}

type replyFunction struct {
	wants func(n *Notice) bool
	run   func(ctx context.Context, n *Notice) (Reply, error)
}

// Answer registers a function that answers messages or events of one type, such as
// TextMessage or MenuEvent, with a passive reply; kinds are as in [On]. After a nil Reply
// the next function is asked; the first Reply is sent.
//
// It runs while WeCom waits and has about four seconds, after which its context ends and
// WeCom gets `success` without a reply, as after an error. The reply is kept for URL.MaxAge:
// a message that WeCom repeats gets the same one. Use [On] for work that takes longer or
// must not get lost; it gets the same notice.
//
// It may run for a corp without an installation, whose auth code is not exchanged yet, or
// that has never installed the app: then calls with n.Api return token.ErrNotInstalled.
// Functions of On wait for the installation.
//
// WeCom accepts replies to messages and to subscribe, enter_agent, LOCATION, click, view,
// view_miniprogram, scancode_waitmsg, template_card_menu_event and template_card_event, on
// an App URL, from corps. For any other kind [Inbox.Run] returns an error.
func Answer[E any](in *Inbox, fn func(ctx context.Context, n *Notice, e *E) (Reply, error), kinds ...string) {
	if in == nil {
		return
	}
	kinds = slices.Clone(kinds)
	mistake := checkAnswer[E](kinds)
	if fn == nil {
		mistake = fmt.Errorf("%s[%s]: the function is nil", answerName, typeName[E]())
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if mistake != nil {
		in.noteMistake(mistake)
		return
	}
	in.replies = append(in.replies, replyFunction{
		wants: func(n *Notice) bool { return isWanted[E](n, kinds) },
		run:   func(ctx context.Context, n *Notice) (Reply, error) { return fn(ctx, n, n.Content.(*E)) },
	})
}

const answerName = "callback.Answer" // in errors

// checkAnswer returns the errors of On, and an error for kinds to which WeCom accepts no
// reply.
func checkAnswer[E any](names []string) error {
	if err := checkNames[E](answerName, names); err != nil {
		return err
	}
	if _, unknown := any(new(E)).(*UnknownEvent); unknown {
		return nil // of messages
	}
	for _, name := range names {
		if !isAnswerable(name) {
			return fmt.Errorf("%s[%s]: %s: WeCom takes no reply to it; use On", answerName, typeName[E](), name)
		}
	}
	if all := slices.Collect(maps.Keys(namesOf[E]())); !slices.ContainsFunc(all, isAnswerable) {
		return fmt.Errorf("%s[%s]: WeCom takes no reply to it; use On", answerName, typeName[E]())
	}
	return nil
}

var answerable = []string{
	KItSubscribe, KItEnterAgent, KItLocation, KItClick, KItView, KItViewMiniProgram,
	KItScanCodeWaitMsg, KItTemplateCardMenuEvent, KItTemplateCardEvent,
}

// isAnswerable reports whether WeCom accepts a reply to this Event or MsgType.
func isAnswerable(name string) bool {
	return messages[name] != nil || slices.Contains(answerable, name)
}

// repliesTo returns the functions for a push that can be answered.
func (h *Handler) repliesTo(n *Notice) (functions []replyFunction) {
	isEvent := n.InfoType == "" && n.MsgType == "event" && slices.Contains(answerable, n.Event)
	if h.url.Channel != App || n.ReceiveId == h.api.SuiteId() || !isEvent && !n.isMessage() {
		return nil
	}
	h.in.mu.Lock()
	defer h.in.mu.Unlock()
	for _, f := range h.in.replies {
		if f.wants(n) {
			functions = append(functions, f)
		}
	}
	return functions
}
