package wecomtest

import (
	"net/http"
	"net/url"
	"strings"
)

// Click lets a member click a button of a template card, one of [WeCom.Messages], or an entry of
// its menu, named by its key. template_card_event or template_card_menu_event is pushed to the
// 数据回调URL of the app, with a ResponseCode with which the app can change the member's card.
//
// chosen are question keys and option ids in turn, for cards with questions. Questions that are
// left out keep the answer that the card shows at first.
func (c *Corp) Click(m Message, key string, chosen ...string) Delivery {
	w := c.wecom()
	w.t.Helper()
	if len(chosen)%2 != 0 {
		w.t.Fatalf("wecomtest: Click(%q): chosen are question keys and option ids in turn, these are %d", key, len(chosen))
	}
	if m.CorpId != c.Id {
		w.t.Fatalf("wecomtest: Click(%q): the message is none of %s: give one that Messages returned for its member", key, c.Name)
	}
	return w.push(w.engine.Click(w.ctx, m.Id, m.UserId, key, chosen...))
}

// File makes a file that a member has sent to the app, or recorded in a page of it by the JS
// API. It returns the media_id, which media.Get and media.GetJsSdk open for three days. For a
// message with the file, use a sample: [Corp.PushSample] of image, voice, video or file, with
// MediaId.
func (c *Corp) File(name string, data []byte) (mediaId string) {
	w := c.wecom()
	w.t.Helper()
	mediaId, err := w.engine.MemberFile(c.Id, name, data)
	w.do(err)
	return mediaId
}

// Select lets a member select others in a page of an app that members have authorised themselves
// ([Corp.MemberMode]). It returns the selected_ticket for template messages, which reach the
// selected members also outside the visible range.
func (c *Corp) Select(userId string, selected ...string) (ticket string) {
	w := c.wecom()
	w.t.Helper()
	for _, id := range append([]string{userId}, selected...) {
		c.member(id)
	}
	if !c.MemberMode {
		w.t.Fatalf("wecomtest: Select: %s has installed the app for all: install it with MemberMode", c.Name)
	}
	ticket, err := w.engine.Select(c.App.SuiteId(), c.Id, userId, selected...)
	w.do(err)
	return ticket
}

// Site lets h answer the requests of WeCom to a host, such as files.example: the files that
// media.UploadByUrl names, and the callback of an import of contacts. Without it, WeCom asks the
// network.
func (w *WeCom) Site(host string, h http.Handler) {
	w.t.Helper()
	if u, err := url.Parse("http://" + host); err != nil || u.Host != host || host == "" {
		w.t.Fatalf("wecomtest: Site(%q): give a host alone, such as files.example", host)
	}
	if strings.HasSuffix(host, hookHost) || h == nil {
		w.t.Fatalf("wecomtest: Site(%q): give a handler for a host of your own; callback URLs are for Deliver", host)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hooks[host] = h
}
