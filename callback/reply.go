package callback

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// replyWithin is when the answer to a message must be on its way: WeCom hangs up after five
// seconds.
const replyWithin = 4500 * time.Millisecond

// Reply 被动回复: is a message that answers a message at once, in the HTTP response itself:
// *TextReply, *ImageReply, *VoiceReply, *VideoReply, *NewsReply, *ButtonReply or *CardReply.
// https://developer.work.weixin.qq.com/document/path/90377
type Reply interface{ msgType() string }

// TextReply 文本消息.
type TextReply struct {
	Content string // up to 2048 bytes, the rest is cut off
}

// ImageReply 图片消息.
type ImageReply struct {
	MediaId string `xml:"Image>MediaId"`
}

// VoiceReply 语音消息.
type VoiceReply struct {
	MediaId string `xml:"Voice>MediaId"`
}

// VideoReply 视频消息.
type VideoReply struct {
	MediaId     string `xml:"Video>MediaId"`
	Title       string `xml:"Video>Title,omitempty"`       // up to 128 bytes
	Description string `xml:"Video>Description,omitempty"` // up to 512 bytes
}

// NewsReply 图文消息.
type NewsReply struct {
	Articles []Article `xml:"Articles>item"` // 1 to 8
}

// Article is one entry of a [NewsReply].
type Article struct {
	Title       string // up to 128 bytes
	Description string `xml:",omitempty"` // up to 512 bytes
	Url         string
	PicUrl      string `xml:",omitempty"` // JPG or PNG; 1068×455 or, below the first, 150×150
}

// ButtonReply 更新点击用户的按钮文案: greys the button that was clicked and renames it.
type ButtonReply struct {
	ReplaceName string `xml:"Button>ReplaceName"`
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

type replyFunction func(ctx context.Context, n *Notice) (Reply, error)

// Answer registers a function that answers messages or events of one type, such as
// TextMessage or MenuEvent, with a passive reply. A nil Reply leaves it to the next
// function; the first Reply is sent.
//
// It runs while WeCom waits and has about four seconds, after which its context ends and
// WeCom gets the bare `success`, as it does if the function fails. WeCom repeats a message
// when it misses the answer, so the function may run again for it. What takes longer, and
// what must not get lost, belongs into [On], which sees the same notice.
//
// WeCom takes replies to messages and to subscribe, enter_agent, LOCATION, click, view,
// view_miniprogram, scancode_waitmsg, template_card_menu_event and template_card_event, on
// a Data URL. For anything else the function does not run.
func Answer[E any](h *Handler, fn func(ctx context.Context, n *Notice, e *E) (Reply, error)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.replies = append(h.replies, func(ctx context.Context, n *Notice) (Reply, error) {
		if e, ok := n.Content.(*E); ok {
			return fn(ctx, n, e)
		}
		return nil, nil
	})
}

var answerable = []string{
	"subscribe", "enter_agent", "LOCATION", "click", "view", "view_miniprogram",
	"scancode_waitmsg", "template_card_menu_event", "template_card_event",
}

func isAnswerable(n *Notice) bool {
	if n.InfoType != "" || n.MsgType == "" {
		return false
	}
	return n.MsgType != "event" || slices.Contains(answerable, n.Kind())
}

// replyTo is the body that answers a push: a passive reply, or else `success`.
func (h *Handler) replyTo(ctx context.Context, p *push, start time.Time) []byte {
	success := []byte("success")
	h.mu.Lock()
	replies := h.replies[:len(h.replies):len(h.replies)]
	h.mu.Unlock()
	if len(replies) == 0 || h.cfg.Channel != Data || !isAnswerable(p.notice) {
		return success
	}
	ctx, cancel := context.WithDeadline(ctx, start.Add(replyWithin))
	defer cancel()
	reply, err := firstReply(ctx, replies, p.notice)
	if err == nil && reply == nil {
		return success
	}
	var body []byte
	if err == nil {
		body, err = p.seal(reply, time.Now())
	}
	if err != nil {
		h.report(ctx, p.notice, fmt.Errorf("callback: passive reply: %w", err))
		return success
	}
	return body
}

// firstReply does not wait for a function that ignores its context.
func firstReply(ctx context.Context, replies []replyFunction, n *Notice) (Reply, error) {
	type outcome struct {
		reply Reply
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		out := outcome{err: errors.New("callback: a function ended its goroutine")}
		defer func() { done <- out }()
		out.err = contain(func() (err error) {
			for _, fn := range replies {
				if out.reply, err = fn(ctx, n); out.reply != nil || err != nil {
					return err
				}
			}
			return nil
		})
	}()
	select {
	case out := <-done:
		return out.reply, out.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type replyDocument struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	ArticleCount int    `xml:",omitempty"`
	Content      []byte `xml:",innerxml"`
}

type replyEnvelope struct {
	XMLName      xml.Name `xml:"xml"`
	Encrypt      string
	MsgSignature string
	TimeStamp    string
	Nonce        string
}

// seal encrypts a reply for the sender of the push, with the keys of the push.
func (p *push) seal(reply Reply, now time.Time) ([]byte, error) {
	if v := reflect.ValueOf(reply); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, fmt.Errorf("a %T that is nil; to leave it to the next function return nil itself", reply)
	}
	document, err := replyXML(reply, replyDocument{
		ToUserName:   p.notice.FromUserName,
		FromUserName: p.notice.ToUserName,
		CreateTime:   now.Unix(),
		MsgType:      reply.msgType(),
	})
	if err != nil {
		return nil, err
	}
	timestamp := strconv.FormatInt(now.Unix(), 10)
	encrypt, signature, err := p.crypt.Encrypt(document, p.receiveId, timestamp, p.nonce)
	if err != nil {
		return nil, err
	}
	return xml.Marshal(replyEnvelope{Encrypt: encrypt, MsgSignature: signature, TimeStamp: timestamp, Nonce: p.nonce})
}

// replyXML puts the elements of a reply behind those of its head.
func replyXML(reply Reply, head replyDocument) ([]byte, error) {
	if news, ok := reply.(*NewsReply); ok {
		if head.ArticleCount = len(news.Articles); head.ArticleCount < 1 || head.ArticleCount > 8 {
			return nil, fmt.Errorf("a NewsReply has 1 to 8 articles, not %d", head.ArticleCount)
		}
	}
	var content bytes.Buffer
	root := xml.StartElement{Name: xml.Name{Local: "reply"}}
	if err := xml.NewEncoder(&content).EncodeElement(reply, root); err != nil {
		return nil, err
	}
	head.Content = bytes.TrimSuffix(bytes.TrimPrefix(content.Bytes(), []byte("<reply>")), []byte("</reply>"))
	return xml.Marshal(head)
}
