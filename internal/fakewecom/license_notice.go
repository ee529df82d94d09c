package fakewecom

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// notice is a push that waits for the server's lock to be released.
type notice struct {
	to  Target
	xml string
}

// eventField is one element of a notice.
type eventField struct {
	name, text string
	bare       bool // numbers stand without CDATA
	sub        []eventField
}

func eventText(name, text string) eventField { return eventField{name: name, text: text} }

func eventNumber(name string, n int64) eventField {
	return eventField{name: name, text: strconv.FormatInt(n, 10), bare: true}
}

// eventXML writes fields in order. No value here can hold "]]>".
func eventXML(b *strings.Builder, fields []eventField) {
	for _, f := range fields {
		b.WriteString("<" + f.name + ">")
		switch {
		case f.sub != nil:
			eventXML(b, f.sub)
		case f.bare:
			b.WriteString(f.text)
		default:
			b.WriteString("<![CDATA[" + f.text + "]]>")
		}
		b.WriteString("</" + f.name + ">")
	}
}

func wrapXML(fields ...eventField) string {
	var b strings.Builder
	eventXML(&b, []eventField{{name: "xml", sub: fields}})
	return b.String()
}

// tell queues a system event of the provider.
func (d *licenseDesk) tell(infoType, authCorpId string, fields ...eventField) {
	all := []eventField{
		eventText("ServiceCorpId", d.provider), eventText("InfoType", infoType), eventText("AuthCorpId", authCorpId),
	}
	all = append(append(all, fields...), eventNumber("TimeStamp", d.unix()))
	d.outbox = append(d.outbox, notice{Target{Channel: spec.ChannelSystem, CorpId: d.provider}, wrapXML(all...)})
}

// tellSuite queues an app-market event of a suite.
func (d *licenseDesk) tellSuite(suiteId, infoType, paidCorpId string, fields ...eventField) {
	all := []eventField{
		eventText("SuiteId", suiteId), eventText("PaidCorpId", paidCorpId), eventText("InfoType", infoType),
		eventNumber("TimeStamp", d.unix()),
	}
	to := Target{Channel: spec.ChannelInstruction, SuiteId: suiteId}
	if d.s.suites[suiteId].Template {
		to.Channel = spec.ChannelTemplate
	}
	d.outbox = append(d.outbox, notice{to, wrapXML(append(all, fields...)...)})
}

// tellUnlicensed queues unlicensed_notify for one app.
func (d *licenseDesk) tellUnlicensed(in *install, userId string) {
	d.outbox = append(d.outbox, notice{Target{Channel: spec.ChannelData, SuiteId: in.suite.Id, CorpId: in.corp.Id}, wrapXML(
		eventText("ToUserName", in.corp.Id), eventText("FromUserName", userId), eventNumber("CreateTime", d.unix()),
		eventText("MsgType", "event"), eventText("Event", "unlicensed_notify"), eventNumber("AgentID", in.agentId),
	)})
}

// act is the frame of every admin method: time does its work, do runs under
// the lock, and what came of it is pushed without it.
func (s *Server) act(ctx context.Context, providerCorpId string, do func(d *licenseDesk) error) error {
	s.mu.Lock()
	d := s.desk(providerCorpId)
	d.settle()
	err := do(d)
	d.settle()
	s.mu.Unlock()
	return errors.Join(err, s.pushNotices(ctx, s.takeNotices()))
}

// takeNotices empties the desks' outboxes.
func (s *Server) takeNotices() []notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []notice
	for _, d := range s.desks {
		for _, n := range d.outbox {
			if _, err := s.address(n.to, false); err == nil { // else there is nobody to tell
				out = append(out, n)
			}
		}
		d.outbox = nil
	}
	return out
}

func (s *Server) pushNotices(ctx context.Context, notices []notice) error {
	var err error
	for _, n := range notices {
		_, pushErr := s.Push(ctx, n.to, []byte(n.xml))
		err = errors.Join(err, pushErr)
	}
	return err
}
