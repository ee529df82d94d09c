package kf

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Customer is a customer (客户) as the corp knows him.
type Customer struct{ CorpId, ExternalUserId, Name string }

const maxSceneParam = 128 // bytes

// KfEnter is a customer who opens the link of an account (kf/add_contact_way), with
// scene_param or without. He has written nothing then.
func (s *Service) KfEnter(ctx context.Context, link string, who Customer) error {
	return s.host.Act(ctx, func() error {
		a, via, err := s.followed(link, who.CorpId)
		if err != nil {
			return err
		}
		s.enter(s.meet(a, who.ExternalUserId, who.Name), via)
		return nil
	})
}

// followed reads a link.
func (s *Service) followed(link, corpId string) (a *account, via obj, err error) {
	bad := fmt.Errorf("fakewecom: %q is no link of kf/add_contact_way of this corp, or was changed: nothing but scene_param may be added, to one with a scene", link)
	u, err := url.Parse(link)
	if err != nil {
		return nil, nil, bad
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, nil, bad
	}
	u.RawQuery = ""
	a = platform.First(s.accounts, func(a *account) bool { return a.corpId == corpId && contactPage+a.page == u.String() })
	if a == nil {
		return nil, nil, bad
	}
	if len(q) == 0 {
		return a, nil, nil
	}
	via, err = a.scene(q)
	if via == nil && err == nil {
		err = bad
	}
	return a, via, err
}

// scene reads what a link says besides its account; nil: it was changed.
func (a *account) scene(q url.Values) (via obj, err error) {
	mark, param := q.Get("enc_scene"), q.Get("scene_param")
	whole := url.Values{"enc_scene": {mark}}
	if q.Has("scene_param") {
		whole.Set("scene_param", param)
	}
	scene := a.scenes[mark]
	switch {
	case scene == "" || q.Encode() != whole.Encode():
		return nil, nil
	case len(param) > maxSceneParam:
		return nil, fmt.Errorf("fakewecom: scene_param has %d bytes: at most %d", len(param), maxSceneParam)
	}
	via = obj{"scene": scene}
	if param != "" {
		via["scene_param"] = param
	}
	return via, nil
}

// enter tells of a customer who has opened a link.
func (s *Service) enter(v *conversation, via obj) {
	now := s.host.Now()
	v.entered, v.via = now, via
	event := obj{"scene": text(via, "scene"), "scene_param": text(via, "scene_param")}
	quiet := v.wrote.IsZero() || now.Sub(v.wrote) > window
	if quiet && (v.welcomed.IsZero() || now.Sub(v.welcomed) > window) {
		event["welcome_code"] = s.newCode(v, welcomeCode)
	}
	s.happened(v.account, v.customer, "enter_session", event)
}

// KfWrite is a customer who writes to an account: content is the object of its kind, such as
// {"content":"…"} of a text. Who was never there enters by the plain link first.
func (s *Service) KfWrite(ctx context.Context, openKfId string, who Customer, kind string, content json.RawMessage) (msgId string, err error) {
	err = s.desk(ctx, who.CorpId, openKfId, func(a *account) error {
		if !slices.Contains(customerKinds(), kind) || !json.Valid(content) || !strings.HasPrefix(strings.TrimSpace(string(content)), "{") {
			return fmt.Errorf("fakewecom: a customer can't write %q with the content %.100q: its kind is one of %v, its content a JSON object", kind, content, customerKinds())
		}
		v := s.meet(a, who.ExternalUserId, who.Name)
		if v.entered.IsZero() {
			s.enter(v, nil)
		}
		if v.state == stateOver {
			v.begin(s.host.Now(), stateNew, "")
		}
		v.wrote, v.sent = s.host.Now(), 0
		msgId = s.said(v, Message{Origin: FromCustomer, Kind: kind, Content: content})
		return nil
	})
	return msgId, err
}

// customerKinds are what customers write.
func customerKinds() []string {
	return []string{"text", "image", "voice", "video", "file", "location", "link", "business_card", "miniprogram", "msgmenu",
		"channels_shop_product", "channels_shop_order", "merged_msg", "channels"}
}

// KfRefuse is a customer who refuses the messages of an account from now on, or does no longer.
func (s *Service) KfRefuse(ctx context.Context, openKfId string, who Customer, refuse bool) error {
	return s.talk(ctx, who.CorpId, openKfId, who.ExternalUserId, func(v *conversation) error {
		v.refusing = refuse
		s.host.Note(platform.ChangedKfAccount, "", who.CorpId, openKfId)
		return nil
	})
}

// KfRecall is a customer or a servicer who takes back what he has written.
func (s *Service) KfRecall(ctx context.Context, openKfId string, who Customer, msgId string) error {
	return s.talk(ctx, who.CorpId, openKfId, who.ExternalUserId, func(v *conversation) error {
		m := platform.First(v.messages, func(m *Message) bool { return m.Id == msgId && m.Origin != FromApp && !m.Recalled })
		if m == nil {
			return fmt.Errorf("fakewecom: nobody has written a message %q that can be taken back", msgId)
		}
		m.Recalled = true
		kind := "user_recall_msg"
		if m.Origin == FromServicer {
			kind = "servicer_recall_msg"
		}
		s.happened(v.account, v.customer, kind, obj{"recall_msgid": msgId, "servicer_userid": m.ServicerUserId})
		return nil
	})
}
