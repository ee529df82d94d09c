package fakewecom

import (
	"context"
	"fmt"
	"regexp"

	"github.com/gothird/wecom/internal/spec"
)

// PushSample pushes the sample of an event, by its id in [spec.Events], under the ids
// of the target and at the time of the clock.
func (s *Server) PushSample(ctx context.Context, eventId string, t Target) (Delivery, error) {
	for _, e := range spec.Events() {
		if e.Id != eventId {
			continue
		}
		t.Channel = e.Channel
		s.mu.Lock()
		payload := s.personalize(e.SampleXML, t)
		s.mu.Unlock()
		return s.Push(ctx, t, []byte(payload))
	}
	return Delivery{Target: t}, fmt.Errorf("fakewecom: no event %q", eventId)
}

// personalize puts the target's ids into the head of a sample. s.mu is held.
func (s *Server) personalize(xml string, t Target) string {
	provider := t.CorpId
	if x := s.suites[t.SuiteId]; x != nil {
		provider = x.ProviderCorpId
	} else if provider == "" {
		provider = s.firstProv
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
	for _, name := range []string{"TimeStamp", "CreateTime"} {
		if at := elementText(name).FindStringSubmatchIndex(xml); at != nil { // the first is that of the head
			xml = xml[:at[3]] + s.stamp() + xml[at[4]:]
		}
	}
	return xml
}

// elementText finds the text of a leaf element, in CDATA or bare.
func elementText(name string) *regexp.Regexp {
	return regexp.MustCompile(`(<` + name + `>\s*(?:<!\[CDATA\[)?)[^<>\]]*((?:\]\]>)?\s*</` + name + `>)`)
}
