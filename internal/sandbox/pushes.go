package sandbox

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// Push is an event that went to a callback URL, and its fate.
type Push struct {
	Id       int       `json:"id"`
	Time     time.Time `json:"time" doc:"by the clock of the sandbox" zh:"按沙箱时钟"`
	Kind     string    `json:"kind" doc:"InfoType, MsgType or Event, with a point and the ChangeType if there is one" zh:"InfoType、MsgType 或 Event；有 ChangeType 则以点连接"`
	Channel  string    `json:"channel" doc:"instruction, template, data or system" zh:"instruction（指令）、template（模板）、data（数据）或 system（系统）"`
	SuiteId  string    `json:"suite_id"`
	CorpId   string    `json:"corp_id"`
	Accepted bool      `json:"accepted" doc:"WeCom is content with the last answer" zh:"最后一次应答是否合乎要求"`
	Tries    []Try     `json:"tries"`
	Reply    string    `json:"reply" doc:"the passive reply (被动回复) in the answer, decrypted, secrets as marks" zh:"应答中的被动回复，已解密，密钥显示为标记"`
	Event    string    `json:"event" doc:"before encryption, secrets as marks" zh:"加密前的内容，密钥显示为标记"`
}

// Try is one attempt at a push.
type Try struct {
	At     time.Time `json:"at" doc:"by the real clock" zh:"按真实时钟"`
	Status int       `json:"status" doc:"of HTTP; 0: there was no answer" zh:"HTTP 状态码，0 为没有应答"`
	Body   string    `json:"body" doc:"of the answer" zh:"应答内容"`
	Ms     int64     `json:"ms"`
	Error  string    `json:"error" doc:"why there was no answer" zh:"没有应答的原因"`
}

// Outcome is what an action has pushed.
type Outcome struct {
	Pushes []Push `json:"pushes" doc:"that went out meanwhile" zh:"期间发出的推送"`
}

// Pushes lists pushes.
type Pushes struct {
	Pushes []Push `json:"pushes"`
}

// act runs do, and tells what was pushed meanwhile. What was begun is ended, also if the client
// leaves.
func (w *World) act(ctx context.Context, do func(ctx context.Context) error) (Outcome, error) {
	before := w.engine.LastDelivery()
	err := refused(do(context.WithoutCancel(ctx)))
	out := Outcome{Pushes: []Push{}}
	if err != nil {
		return out, err
	}
	for _, d := range w.engine.DeliveriesAfter(before) {
		out.Pushes = append(out.Pushes, w.showPush(d))
	}
	return out, nil
}

func (w *World) showPush(d platform.Delivery) Push {
	out := Push{Id: d.Id, Time: d.Time, Kind: platform.KindOf(d.Payload), Channel: d.Target.Channel, SuiteId: d.Target.SuiteId, CorpId: d.Target.CorpId,
		Accepted: d.Refused() == nil, Tries: []Try{}, Event: w.engine.Scrub(string(d.Payload))}
	if d.Target.Channel == spec.ChannelData {
		reply, _ := w.engine.OpenReply(d) // an answer that is none is among the tries
		out.Reply = w.engine.Scrub(string(reply))
	}
	for _, t := range d.Before {
		out.Tries = append(out.Tries, w.showTry(t))
	}
	if d.Duration > 0 {
		out.Tries = append(out.Tries, w.showTry(d.Try))
	}
	return out
}

func (w *World) showTry(t platform.Try) Try {
	out := Try{At: t.At, Status: t.Status, Body: w.engine.Scrub(t.Body), Ms: t.Duration.Milliseconds()}
	if t.Err != nil {
		out.Error = w.engine.Scrub(strings.TrimPrefix(t.Err.Error(), "fakewecom: "))
	}
	return out
}

// PushQuery chooses pushes.
type PushQuery struct {
	After  int `json:"-" query:"after" doc:"only those with larger ids" zh:"只返回 ID 更大的记录"`
	Before int `json:"-" query:"before" doc:"only those with smaller ids; 0: all" zh:"只返回 ID 更小的记录，0 为不限"`
	Limit  int `json:"-" query:"limit" doc:"how many, the newest; 0: 100" zh:"返回最新的条数，0 为 100 条"`
}

const (
	usualLimit = 100
	mostLimit  = 1000
)

// limit is how many of a list are shown.
func limit(n int) (int, error) {
	if n < 0 || n > mostLimit {
		return 0, invalid(words{"limit is %d: it is 1 to %d", "limit 为 %d：应为 1 至 %d"}, n, mostLimit)
	}
	if n == 0 {
		return usualLimit, nil
	}
	return n, nil
}

// ListPushes lists the newest pushes, the oldest of them first.
func (w *World) ListPushes(_ context.Context, in PushQuery) (Pushes, error) {
	most, err := limit(in.Limit)
	if err != nil {
		return Pushes{}, err
	}
	out := Pushes{Pushes: []Push{}}
	for _, d := range w.engine.NewestDeliveries(in.After, in.Before, most) {
		out.Pushes = append(out.Pushes, w.showPush(d))
	}
	return out, nil
}

// PushRef names a push.
type PushRef struct {
	Id int `json:"-" path:"id" need:"1" doc:"of a push" zh:"推送 ID"`
}

// ShowPush shows one push.
func (w *World) ShowPush(_ context.Context, in PushRef) (Push, error) {
	d, ok := w.engine.Delivery(in.Id)
	if !ok {
		return Push{}, unknown(words{"push", "推送"}, strconv.Itoa(in.Id), "/api/v1/pushes")
	}
	return w.showPush(d), nil
}

// Redeliver repeats a push byte for byte, as WeCom does after a failure, to the callback URL of now.
func (w *World) Redeliver(ctx context.Context, in PushRef) (Push, error) {
	if _, err := w.ShowPush(ctx, in); err != nil {
		return Push{}, err
	}
	_, err := w.engine.Redeliver(context.WithoutCancel(ctx), in.Id)
	if err = refused(err); err != nil {
		return Push{}, err
	}
	return w.ShowPush(ctx, in)
}

// Event is an event that WeCom pushes.
type Event struct {
	Id      string `json:"id"`
	Kind    string `json:"kind"`
	Channel string `json:"channel"`
	Sample  string `json:"sample" doc:"XML" zh:"XML"`
}

// Events lists events.
type Events struct {
	Events []Event `json:"events"`
}

// ListEvents lists the events that can be pushed from their samples.
func (w *World) ListEvents(context.Context, none) (Events, error) {
	out := Events{Events: []Event{}}
	for _, e := range spec.Events() {
		out.Events = append(out.Events, Event{e.Id, platform.KindOf([]byte(e.SampleXML)), e.Channel, e.SampleXML})
	}
	return out, nil
}

// EventQuery names an event, and whom it is to be pushed to.
type EventQuery struct {
	Kind    string `json:"-" path:"kind" need:"1" doc:"an id of GET /api/v1/events, or a kind that one event has" zh:"GET /api/v1/events 中的 id，或唯一对应的事件类型"`
	Channel string `json:"-" query:"channel" doc:"where a kind comes on several" zh:"同一类型有多个回调渠道时填写"`
	SuiteId string `json:"-" query:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	CorpId  string `json:"-" query:"corp_id" doc:"whom the event is about; empty: nobody of this world" zh:"事件所涉企业；不填则不涉及沙箱内的企业"`
}

// ShowEvent shows an event with the ids of an app and a corp in its sample.
func (w *World) ShowEvent(_ context.Context, in EventQuery) (Event, error) {
	e, to, err := w.sampleOf(SamplePush{Kind: in.Kind, Channel: in.Channel, SuiteId: in.SuiteId, CorpId: in.CorpId})
	if err != nil {
		return Event{}, err
	}
	_, sample, err := w.engine.Sample(e.Id, to)
	return Event{e.Id, platform.KindOf([]byte(e.SampleXML)), e.Channel, string(sample)}, refused(err)
}

// SamplePush is an event that is pushed from its sample.
type SamplePush struct {
	Kind    string            `json:"kind" need:"1" doc:"an id of GET /api/v1/events, or a kind that one event has" zh:"GET /api/v1/events 中的 id，或唯一对应的事件类型"`
	Channel string            `json:"channel" doc:"where a kind comes on several" zh:"同一类型有多个回调渠道时填写"`
	SuiteId string            `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	CorpId  string            `json:"corp_id" doc:"whom the event is about; empty: nobody of this world" zh:"事件所涉企业；不填则不涉及沙箱内的企业"`
	Set     map[string]string `json:"set" doc:"other texts for elements of the sample" zh:"替换样例中各元素的内容"`
}

// PushSample pushes the sample of an event with other texts in it. Codes and tickets in samples
// are made up: the fake refuses them.
func (w *World) PushSample(ctx context.Context, in SamplePush) (Outcome, error) {
	e, to, err := w.sampleOf(in)
	if err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		_, err := w.engine.PushSample(ctx, e.Id, to, edits(in.Set)...)
		return err
	})
}

// sampleOf finds the event of a push, and where it goes.
func (w *World) sampleOf(in SamplePush) (e spec.Event, to platform.Target, err error) {
	x, err := w.suite(in.SuiteId)
	if err != nil {
		return e, to, err
	}
	if e, err = findEvent(in.Kind, in.Channel, x.Template); err != nil {
		return e, to, err
	}
	to = platform.Target{SuiteId: x.Id, CorpId: in.CorpId}
	if e.Channel == spec.ChannelSystem {
		to = platform.Target{CorpId: w.provider, About: in.CorpId}
	}
	return e, to, nil
}

// edits are names and values in turn.
func edits(set map[string]string) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(set)) {
		list = append(list, name, set[name])
	}
	return list
}

// findEvent finds an event by its id or kind; of several it is the one for such an app.
func findEvent(kind, channel string, template bool) (spec.Event, error) {
	on := func(e spec.Event) bool { return channel == "" || e.Channel == channel }
	e, ok := spec.EventFor(template, func(e spec.Event) bool { return e.Id == kind && on(e) })
	if !ok {
		e, ok = spec.EventFor(template, func(e spec.Event) bool { return on(e) && platform.KindOf([]byte(e.SampleXML)) == kind })
	}
	if !ok {
		return spec.Event{}, unknown(words{"event", "事件"}, kind, "/api/v1/events")
	}
	return e, nil
}
