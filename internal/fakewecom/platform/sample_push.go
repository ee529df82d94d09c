package platform

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	"github.com/gothird/wecom/internal/spec"
)

// PushSample pushes the sample of an event, by its id in [spec.Events], under the ids
// of the target and at the time of the clock.
func (p *Platform) PushSample(ctx context.Context, eventId string, t Target) (Delivery, error) {
	for _, e := range spec.Events() {
		if e.Id != eventId {
			continue
		}
		t.Channel = e.Channel
		p.mu.Lock()
		payload := p.personalize(e.SampleXML, t)
		p.mu.Unlock()
		return p.Push(ctx, t, []byte(payload))
	}
	return Delivery{Target: t}, fmt.Errorf("fakewecom: no event %q", eventId)
}

// personalize puts the target's ids into the head of a sample. p.mu is held.
func (p *Platform) personalize(xml string, t Target) string {
	provider := t.CorpId
	if x := p.suites[t.SuiteId]; x != nil {
		provider = x.ProviderCorpId
	} else if provider == "" {
		provider = p.firstProvider
	}
	ids := map[string]string{"SuiteId": t.SuiteId, "ServiceCorpId": provider}
	if t.Channel == spec.ChannelData {
		ids["ToUserName"] = t.CorpId
	}
	if t.Channel != spec.ChannelSystem {
		ids["AuthCorpId"] = t.CorpId
	}
	for name, id := range ids {
		if id != "" {
			xml = elementText(name).ReplaceAllString(xml, "${1}"+id+"${2}")
		}
	}
	stamp := strconv.FormatInt(p.now().Unix(), 10)
	for _, name := range []string{"TimeStamp", "CreateTime"} {
		if at := elementText(name).FindStringSubmatchIndex(xml); at != nil { // the first is that of the head
			xml = xml[:at[3]] + stamp + xml[at[4]:]
		}
	}
	return xml
}

// elementText finds the text of a leaf element, in CDATA or bare.
func elementText(name string) *regexp.Regexp {
	return regexp.MustCompile(`(<` + name + `>\s*(?:<!\[CDATA\[)?)[^<>\]]*((?:\]\]>)?\s*</` + name + `>)`)
}
