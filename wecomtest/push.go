package wecomtest

import (
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
)

// Delivery is a push (推送) and its outcome. WeCom waits five seconds for an answer and tries
// three times in all.
type Delivery struct {
	Time    time.Time
	SuiteId string // "" on the system event URL
	CorpId  string // whose event it is, if it is a corp's
	Payload string // the event, not encrypted
	Tries   int
	Status  int    // of the last answer; 0: none came
	Body    string // of the last answer
	Reply   string // 被动回复 in it, decrypted

	err  error
	seen func()
}

// Err is nil if WeCom accepts the answer. A push whose Err was called does not fail the test
// when it ends: the test has dealt with it.
func (d Delivery) Err() error {
	if d.seen != nil {
		d.seen()
	}
	return d.err
}

// Deliveries lists the pushes so far, the oldest first.
func (w *WeCom) Deliveries() []Delivery {
	var list []Delivery
	for _, d := range w.engine.Deliveries() {
		list = append(list, w.delivery(d))
	}
	return list
}

func (w *WeCom) delivery(d platform.Delivery) Delivery {
	reply, _ := w.engine.OpenReply(d) // one that can't be read is in Body
	return Delivery{Time: d.Time, SuiteId: d.Target.SuiteId, CorpId: d.Target.CorpId, Payload: string(d.Payload),
		Tries: len(d.Before) + 1, Status: d.Status, Body: d.Body, Reply: string(reply), err: d.Refused(),
		seen: func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.seen[d.Id] = true
		}}
}

// CheckURL checks a callback URL as WeCom does when it is saved in the console: with a GET with
// an encrypted echostr, whose plain text must come back. The error says what came.
func (w *WeCom) CheckURL(api *token.Api, channel callback.Channel) error {
	w.t.Helper()
	target := platform.Target{Channel: spec.ChannelSystem}
	if w.pairOf(api, channel); channel == callback.App {
		target = platform.Target{Channel: spec.ChannelInstruction, SuiteId: api.SuiteId()}
	}
	_, err := w.engine.CheckURL(w.ctx, target)
	return err
}

// Push pushes an event that the test has written, XML or JSON before encryption, about corp. One
// with an InfoType goes to the 指令回调URL of corp.App, or to the 系统事件接收URL if it has no
// SuiteId; any other to the 数据回调URL.
func (w *WeCom) Push(corp *Corp, event string) Delivery {
	w.t.Helper()
	w.own(corp)
	target := platform.Target{Channel: spec.ChannelData, SuiteId: corp.App.SuiteId(), CorpId: corp.Id}
	head, _ := callback.Parse([]byte(event)) // what is neither XML nor JSON is for the data URL
	switch {
	case head == nil || head.InfoType == "":
	case head.SuiteId == "":
		target = platform.Target{Channel: spec.ChannelSystem}
	default:
		target.Channel = spec.ChannelInstruction
	}
	return w.push(w.engine.Push(w.ctx, target, []byte(event)))
}

// own ends the test for a Corp that is not of this WeCom.
func (w *WeCom) own(corp *Corp) {
	w.t.Helper()
	if corp == nil {
		w.t.Fatalf("wecomtest: the Corp is nil: give one that Install returned")
	}
	if corp.w != w {
		w.t.Fatalf("wecomtest: the Corp %q is not of this WeCom: give one that its Install returned", corp.Name)
	}
}

// PushSample pushes the documented sample of an event about the corp that was installed first;
// see [Corp.PushSample].
func (w *WeCom) PushSample(kind string, edits ...string) Delivery {
	w.t.Helper()
	w.mu.Lock()
	corps := w.corps
	w.mu.Unlock()
	if len(corps) == 0 {
		w.t.Fatalf("wecomtest: PushSample(%q): no corp has installed an app, which Install does", kind)
	}
	return corps[0].PushSample(kind, edits...)
}

// PushSample pushes the documented sample of an event with the ids of the corp and its app. kind
// is an InfoType, an Event or a MsgType, followed by a point and the ChangeType if there is one:
// change_contact.create_user. If an event has different forms for third-party and customised
// apps, c.App gets its own; data. before a kind selects the form of the 数据回调URL. edits are
// names and values in turn, and replace the text of these elements.
//
// The ticket of a suite_ticket is valid. Events with codes that an administrator causes have
// methods of their own, with valid codes: [WeCom.Install], [Corp.Cancel], [Corp.ResetCode].
func (c *Corp) PushSample(kind string, edits ...string) Delivery {
	w := c.wecom()
	w.t.Helper()
	if len(edits)%2 != 0 {
		w.t.Fatalf("wecomtest: PushSample(%q): edits are names and values in turn, these are %d", kind, len(edits))
	}
	e := c.event(kind)
	switch e.InfoType {
	case "suite_ticket":
		return w.push(w.engine.PushTicket(w.ctx, c.App.SuiteId()))
	case "create_auth", "reset_permanent_code":
		w.t.Fatalf("wecomtest: a sample of %s has no auth code that is good: call Install or ResetCode", kind)
	}
	target := platform.Target{SuiteId: c.App.SuiteId(), CorpId: c.Id}
	if e.Channel == spec.ChannelSystem {
		target = platform.Target{CorpId: w.provider, About: c.Id}
	}
	return w.push(w.engine.PushSample(w.ctx, e.Id, target, edits...))
}

// event finds an event by its kind; of several forms it is the one for an app as the corp has.
func (c *Corp) event(kind string) spec.Event {
	w := c.wecom()
	w.t.Helper()
	e, ok := spec.EventFor(token.IsTemplate(c.App.SuiteId()), func(e spec.Event) bool { return e.Id == kind || e.Short() == kind })
	if !ok {
		w.t.Fatalf("wecomtest: no event %q: %s", kind, like(kind))
	}
	return e
}

// like advises on a kind that is none.
func like(kind string) string {
	head, _, _ := strings.Cut(kind, ".")
	var list []string
	for _, e := range spec.Events() {
		if strings.Contains(e.Short(), head) {
			list = append(list, e.Short())
		}
	}
	if len(list) == 0 {
		return "its names are in package callback, KIt and KCt"
	}
	slices.Sort(list)
	return "there are " + strings.Join(slices.Compact(list), ", ")
}

// push is the outcome of a push; an error other than the app's answer ends the test.
func (w *WeCom) push(d platform.Delivery, err error) Delivery {
	w.t.Helper()
	w.told(err)
	return w.delivery(d)
}

// told leaves what the app did not accept to the end of the test, and ends the test for
// anything else.
func (w *WeCom) told(err error) {
	w.t.Helper()
	if platform.BesidePushes(err) != nil {
		w.do(err)
	}
}

// end comes after all that the test has started has ended.
func (w *WeCom) end() {
	w.t.Helper()
	w.mu.Lock()
	server := w.server
	w.mu.Unlock()
	if server != nil {
		server.Close()
	}
	w.engine.AwaitPushes()
	w.report()
}

// report fails the test for pushes that were not accepted and requests of a wrong form.
func (w *WeCom) report() {
	if w.opt.choices.Quiet {
		return
	}
	for _, d := range w.engine.Deliveries() {
		if err := d.Refused(); err != nil && !w.seen[d.Id] {
			w.t.Errorf("wecomtest: the app did not accept %s: %v", platform.KindOf(d.Payload), err)
		}
	}
	for _, r := range w.engine.Requests() {
		if r.Problem != "" {
			w.t.Errorf("wecomtest: WeCom refuses %s %s: %s", r.Method, r.Path, r.Problem)
		}
	}
}
