package platform

import (
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// PushSample pushes the sample of an event, by its id in [spec.Events], under the ids
// of the target and at the time of the clock. edits are names and values in turn: the first
// element of that name has the value as its text.
func (p *Platform) PushSample(ctx context.Context, eventId string, t Target, edits ...string) (Delivery, error) {
	t, payload, err := p.Sample(eventId, t, edits...)
	if err != nil {
		return Delivery{Target: t}, err
	}
	return p.Push(ctx, t, payload)
}

// Sample is what [Platform.PushSample] pushes, and where.
func (p *Platform) Sample(eventId string, t Target, edits ...string) (Target, []byte, error) {
	at := slices.IndexFunc(spec.Events(), func(e spec.Event) bool { return e.Id == eventId })
	if at < 0 {
		return t, nil, fmt.Errorf("fakewecom: no event %q", eventId)
	}
	e := spec.Events()[at]
	t.Channel = e.Channel
	p.mu.Lock()
	payload := p.personalize(e.SampleXML, t)
	p.mu.Unlock()
	for i := 0; i+1 < len(edits); i += 2 {
		edited, ok := edit(payload, edits[i], edits[i+1])
		if !ok {
			return t, nil, fmt.Errorf("fakewecom: the sample of %s has no element %s with a text:\n%s", eventId, edits[i], payload)
		}
		payload = edited
	}
	return t, []byte(payload), nil
}

// personalize puts the target's ids into the head of a sample. p.mu is held.
func (p *Platform) personalize(sample string, t Target) string {
	for name, id := range p.idsOf(sample, t) {
		if id != "" {
			sample = elementText(name).ReplaceAllString(sample, "${1}"+strings.ReplaceAll(id, "$", "$$")+"${2}")
		}
	}
	for _, name := range []string{"TimeStamp", "CreateTime"} {
		if at := elementText(name).FindStringSubmatchIndex(sample); at != nil { // the first is that of the head
			sample = sample[:at[3]] + strconv.FormatInt(p.pushTime(), 10) + sample[at[4]:]
		}
	}
	return sample
}

// idsOf is what the elements hold that name app and corp. p.mu is held.
func (p *Platform) idsOf(sample string, t Target) map[string]string {
	ids := map[string]string{"SuiteId": t.SuiteId, "ServiceCorpId": cmp.Or(t.CorpId, p.firstProvider), "AuthCorpId": t.About}
	if x := p.suites[t.SuiteId]; x != nil {
		ids["ServiceCorpId"] = x.ProviderCorpId
	}
	if t.Channel != spec.ChannelSystem {
		ids["AuthCorpId"], ids["PaidCorpId"] = t.CorpId, t.CorpId
	}
	if t.Channel == spec.ChannelInstruction && !strings.Contains(sample, "<AuthCorpId>") {
		ids["CorpId"] = t.CorpId // elsewhere it is another corp
	}
	if t.Channel == spec.ChannelData {
		ids["ToUserName"] = t.CorpId
		if in := p.installs[installKey{t.SuiteId, t.CorpId}]; in != nil {
			ids["AgentID"] = strconv.FormatInt(in.AgentId, 10)
		}
	}
	return ids
}

// edit gives the first element of a name another text.
func edit(payload, name, text string) (edited string, ok bool) {
	at := elementText(name).FindStringSubmatchIndex(payload)
	if at == nil {
		return "", false
	}
	before, after := payload[:at[3]], payload[at[4]:]
	if strings.HasSuffix(before, cdata) {
		return before + strings.ReplaceAll(text, "]]>", "]]]]>"+cdata+">") + after, true
	}
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // into a strings.Builder: no error
	return before + escaped.String() + after, true
}

const cdata = "<![CDATA["

// elementText finds the text of a leaf element, in CDATA or bare.
func elementText(name string) *regexp.Regexp {
	return regexp.MustCompile(`(<` + regexp.QuoteMeta(name) + `>\s*(?:<!\[CDATA\[)?)[^<>\]]*((?:\]\]>)?\s*</` + regexp.QuoteMeta(name) + `>)`)
}
