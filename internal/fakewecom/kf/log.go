package kf

import (
	"encoding/json"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// Who has written a message.
const (
	FromApp      = 0 // by send_msg or send_msg_on_event: sync_msg does not give it
	FromCustomer = 3
	fromWeCom    = 4
	FromServicer = 5
)

// entry is what sync_msg gives of an account: a message or an event.
type entry struct {
	at  time.Time
	msg obj
}

// Message is a message of a conversation.
type Message struct {
	Id             string
	Time           time.Time
	Origin         int             // FromApp, FromCustomer or FromServicer
	SuiteId        string          // of FromApp
	ServicerUserId string          // of FromServicer
	Kind           string          // msgtype
	Content        json.RawMessage // the object of its kind
	Recalled       bool
}

// said logs a message of the customer or of a servicer, and tells the apps.
func (s *Service) said(v *conversation, m Message) (msgId string) {
	m.Id, m.Time = s.host.NewId("", 32), s.host.Now()
	v.messages = append(v.messages, &m)
	msg := obj{"msgid": m.Id, "open_kfid": v.account.id, "external_userid": v.customer, "send_time": m.Time.Unix(),
		"origin": m.Origin, "msgtype": m.Kind, m.Kind: m.Content}
	if m.Origin == FromServicer {
		msg["servicer_userid"] = m.ServicerUserId
	}
	s.log(v.account, msg)
	return m.Id
}

// happened logs an event of an account, and tells the apps. The fields of more may be empty.
func (s *Service) happened(a *account, customer, kind string, more obj) {
	event := obj{"event_type": kind, "open_kfid": a.id}
	if customer != "" {
		event["external_userid"] = customer
	}
	for name, v := range more {
		if v != "" {
			event[name] = v
		}
	}
	s.log(a, obj{"msgid": s.host.NewId("", 32), "send_time": s.host.Now().Unix(), "origin": fromWeCom, "msgtype": "event", "event": event})
}

// log adds an entry, and pushes kf_msg_or_event to all apps that manage the account.
func (s *Service) log(a *account, msg obj) {
	a.log = append(a.log, entry{s.host.Now(), msg})
	s.host.Note(platform.ChangedKfAccount, "", a.corpId, a.id)
	for _, in := range s.host.Installs(a.corpId) {
		if !a.managers[in.SuiteId()] {
			continue
		}
		value := s.host.NewId("ENC", 40)
		s.tokens[value] = eventToken{a, in.SuiteId(), s.host.Now()}
		s.host.Tell(platform.Target{Channel: spec.ChannelData, SuiteId: in.SuiteId(), CorpId: a.corpId},
			platform.Text("ToUserName", a.corpId), platform.Number("CreateTime", s.host.PushTime()), platform.Text("MsgType", "event"),
			platform.Text("Event", "kf_msg_or_event"), platform.Text("Token", value), platform.Text("OpenKfId", a.id))
	}
}
