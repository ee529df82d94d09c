package wecomtest

import (
	"net/http"
	"net/url"
	"strings"
)

// Click is a member who clicks a button of a template card, one of [WeCom.Messages], or an entry
// of its menu, by its key: template_card_event or template_card_menu_event goes to the
// 数据回调URL of the app, with a ResponseCode that changes his card.
//
// chosen are question keys and option ids in turn, for cards that ask: what they leave out stays
// as the card has it at first.
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

// File is a file that a member has sent to the app, or recorded in a page of it by the JS API:
// its media_id, which media.Get and media.GetJsSdk open for three days. A message with it is
// made of a sample: [Corp.PushSample] of image, voice, video or file with MediaId.
func (c *Corp) File(name string, data []byte) (mediaId string) {
	w := c.wecom()
	w.t.Helper()
	mediaId, err := w.engine.MemberFile(c.Id, name, data)
	w.do(err)
	return mediaId
}

// Select is a member who selects others in a page of an app that members have authorised
// themselves ([Corp.MemberMode]): the selected_ticket for template messages, which reach them
// also outside the visible range.
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

// Site lets h answer what WeCom asks of a host, such as files.example: the files that
// media.UploadByUrl names, and the callback of an import of contacts. Without one, WeCom asks
// the network.
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
