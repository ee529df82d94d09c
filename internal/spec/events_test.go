package spec_test

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

func TestEventsAreWhole(t *testing.T) {
	t.Parallel()
	all := spec.Events()
	require.Len(t, all, 235)
	seen := map[string]bool{}
	for _, e := range all {
		assert.False(t, seen[e.Id], e.Id)
		seen[e.Id] = true
		assert.Contains(t, []string{spec.ChannelInstruction, spec.ChannelTemplate, spec.ChannelData, spec.ChannelSystem}, e.Channel, e.Id)
		assert.NotEmpty(t, e.Doc, e.Id)
		for _, link := range e.Doc {
			assert.Regexp(t, `^https://developer\.work\.weixin\.qq\.com/document/path/\d+$`, link, e.Id)
		}
		for _, f := range e.Fields {
			assert.Contains(t, []string{"string", "int", "list", "object"}, f.Type, e.Id+" "+f.Path)
			assert.Contains(t, []string{"cdata", "bare", "nested"}, f.Wire, e.Id+" "+f.Path)
		}
	}
}

func TestEventSamplesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	for _, e := range spec.Events() {
		var head struct {
			InfoType, Event, ChangeType, MsgType string
			Inner                                string `xml:",innerxml"`
		}
		require.NoError(t, xml.Unmarshal([]byte(e.SampleXML), &head), e.Id)
		assert.Equal(t, e.InfoType, strings.TrimSpace(head.InfoType), e.Id)
		assert.Equal(t, e.Event, head.Event, e.Id)
		if e.ChangeType != "" {
			assert.Equal(t, e.ChangeType, head.ChangeType, e.Id)
		}
		switch e.Form {
		case spec.FormInfoType:
			assert.NotEmpty(t, e.InfoType, e.Id)
		case spec.FormEvent:
			assert.NotEmpty(t, e.Event, e.Id)
			assert.Equal(t, "event", head.MsgType, e.Id)
		case spec.FormMessage:
			assert.Equal(t, e.MsgType, head.MsgType, e.Id)
		default:
			assert.Fail(t, "unknown form", e.Id)
		}
		for _, f := range e.Fields {
			name, _, _ := strings.Cut(f.Path, ".")
			if f.Always && !strings.Contains(f.Path, ".") {
				assert.Contains(t, head.Inner, "<"+strings.TrimSuffix(name, "[]")+">", e.Id)
			}
		}
	}
}

func TestEventsAreACopy(t *testing.T) {
	t.Parallel()
	list := spec.Events()
	slices.Reverse(list)
	assert.NotEqual(t, list[0].Id, spec.Events()[0].Id)
}

// Of several forms of an event an app is pushed that of a channel which it has.
func TestEventForAnApp(t *testing.T) {
	t.Parallel()
	_, ok := spec.EventFor(false, func(spec.Event) bool { return false })
	assert.False(t, ok)
	both := func(e spec.Event) bool { return e.Short() == "change_contact.create_user" }
	channels := map[bool]string{}
	for _, template := range []bool{false, true} {
		e, ok := spec.EventFor(template, both)
		require.True(t, ok)
		channels[template] = e.Channel
	}
	assert.Equal(t, map[bool]string{false: spec.ChannelInstruction, true: spec.ChannelData}, channels)
}
