package console

import (
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

// pushData is what the page of pushes shows.
type pushData struct {
	Groups  []eventGroup
	Kinds   int
	Event   sandbox.Event
	Title   string
	Short   string
	Channel string // for people
	Leaves  []leaf
	Preview template.HTML
	Suites  []sandbox.Suite
	SuiteId string
	Corps   []sandbox.Corp // that have the app
	CorpId  string
	To      callbackURL
}

// leaf is an element of a sample whose text can be another.
type leaf struct{ Name, Text string }

// firstEvent is the event that is shown before one is chosen.
const firstEvent = "data.change_external_contact.add_external_contact"

// push is the page that pushes events from their samples.
func (c *Console) push(p *page) error {
	ctx, none := p.request.Context(), struct{}{}
	provider, err := c.world.ShowProvider(ctx, none)
	if err != nil {
		return err
	}
	corps, err := c.world.ListCorps(ctx, none)
	if err != nil {
		return err
	}
	d := pushData{Groups: p.lang.eventGroups(), Kinds: len(spec.Events()), Suites: provider.Suites, SuiteId: provider.Suites[0].SuiteId}
	if wanted := p.Query("suite_id"); slices.ContainsFunc(d.Suites, func(s sandbox.Suite) bool { return s.SuiteId == wanted }) {
		d.SuiteId = wanted
	}
	d.chooseCorp(corps.Corps, p.Query("corp_id"))
	kind := p.Query("kind")
	if kind == "" {
		kind = firstEvent
	}
	if d.Event, err = c.world.ShowEvent(ctx, sandbox.EventQuery{Kind: kind, SuiteId: d.SuiteId, CorpId: d.CorpId}); err != nil {
		return err
	}
	_, d.Short, _ = strings.Cut(d.Event.Id, ".")
	d.Title, d.Channel = p.lang.titleOf(d.Short), p.lang.channelOf(d.Event.Channel)
	d.Leaves, d.Preview = editable(d.Event.Sample)
	d.To = targetOf(provider, d.Event.Channel, d.SuiteId)
	p.Data = d
	return nil
}

// chooseCorp lists the corps that have the app, and chooses one of them.
func (d *pushData) chooseCorp(corps []sandbox.Corp, wanted string) {
	for _, x := range corps {
		if !slices.ContainsFunc(x.Installs, func(i sandbox.Installation) bool { return i.SuiteId == d.SuiteId }) {
			continue
		}
		d.Corps = append(d.Corps, x)
		if d.CorpId == "" || x.CorpId == wanted {
			d.CorpId = x.CorpId
		}
	}
}

// targetOf is the callback URL of a channel of the facts.
func targetOf(p sandbox.Provider, channel, suiteId string) callbackURL {
	name := map[string]string{spec.ChannelInstruction: "command", spec.ChannelTemplate: "command", spec.ChannelData: "data"}[channel]
	if name == "" {
		name, suiteId = "system", ""
	}
	list := callbackURLs(p)
	return list[slices.IndexFunc(list, func(u callbackURL) bool { return u.Channel == name && u.SuiteId == suiteId })]
}

// fixed are the elements that say what the event is and whom it is for: the sandbox fills them.
var fixed = []string{"SuiteId", "ServiceCorpId", "AuthCorpId", "ToUserName", "AgentID", "InfoType", "MsgType", "Event", "ChangeType", "TimeStamp", "CreateTime"}

// leafText finds elements that have nothing but a text.
var leafText = regexp.MustCompile(`<(\w+)>(\s*(?:<!\[CDATA\[)?)([^<>\]]*)((?:\]\]>)?\s*</(\w+)>)`)

// What stands around a text that can be another, while the sample is made HTML.
const nameMark, textMark, endMark = "\ue000", "\ue001", "\ue002"

var markedText = regexp.MustCompile(nameMark + `(\w+)` + textMark + `([^` + endMark + `]*)` + endMark)

// editable lists the elements of a sample whose text can be another, and shows the sample with
// these texts marked. Of several elements of a name it is the first.
func editable(sample string) (leaves []leaf, preview template.HTML) {
	known := map[string]bool{}
	text := leafText.ReplaceAllStringFunc(sample, func(element string) string {
		m := leafText.FindStringSubmatch(element)
		name := m[1]
		if name != m[5] || known[name] || slices.Contains(fixed, name) {
			return element
		}
		known[name] = true
		leaves = append(leaves, leaf{name, m[3]})
		return "<" + name + ">" + m[2] + nameMark + name + textMark + m[3] + endMark + m[4]
	})
	html := markedText.ReplaceAllString(string(pretty(text)), `<span class="ed" data-el="$1">$2</span>`)
	return leaves, template.HTML(html)
}
