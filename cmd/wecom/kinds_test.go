package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

// An id finds its event whatever the app, and a kind on a channel the event of that channel.
func TestEachEventIsFound(t *testing.T) {
	t.Parallel()
	s := &session{}
	for _, e := range spec.Events() {
		for _, template := range []bool{false, true} {
			found, err := s.findKind(e.Id, "", template)
			require.NoError(t, err)
			assert.Equal(t, e.Id, found.Id)
		}
		found, err := s.findKind(e.Short(), e.Channel, false)
		require.NoError(t, err, e.Id)
		assert.Equal(t, e.Channel, found.Channel, e.Id)
		assert.Equal(t, e.Short(), found.Short())
		_, err = s.findKind(e.Id, "elsewhere", false)
		assert.ErrorContains(t, err, e.Channel, "it says where it comes")
	}
}

// Of several forms an app gets the one for its kind.
func TestFormsOfAnEvent(t *testing.T) {
	t.Parallel()
	s := &session{}
	for _, row := range []struct{ kind, app, template string }{
		{"suite_ticket", spec.ChannelInstruction, spec.ChannelTemplate},
		{"change_contact.create_user", spec.ChannelInstruction, spec.ChannelData},
		{"batch_job_result", spec.ChannelInstruction, spec.ChannelData},
		{"license_refund", spec.ChannelSystem, spec.ChannelSystem},
		{"hit_keyword", spec.ChannelInstruction, spec.ChannelInstruction},
		{"text", spec.ChannelData, spec.ChannelData},
	} {
		app, err := s.findKind(row.kind, "", false)
		require.NoError(t, err)
		template, err := s.findKind(row.kind, "", true)
		require.NoError(t, err)
		assert.Equal(t, []string{row.app, row.template}, []string{app.Channel, template.Channel}, row.kind)
	}
}

// A kind that is none leads to those that may have been meant, and to no long list.
func TestSimilarKinds(t *testing.T) {
	t.Parallel()
	s := &session{}
	for kind, want := range map[string]string{
		"create_user": "change_contact.create_user", "Ticket": "suite_ticket", "contact": "change_contact.create_user",
		"change_contact.nothing": "change_contact.update_tag", "license_paid": "license_pay_success",
	} {
		_, err := s.findKind(kind, "", false)
		require.ErrorContains(t, err, want, kind)
		assert.LessOrEqual(t, strings.Count(err.Error(), ", "), 12, kind)
	}
	for _, kind := range []string{"", "xyz"} {
		_, err := s.findKind(kind, "", false)
		require.ErrorContains(t, err, "wecom push -list", kind)
		assert.NotContains(t, err.Error(), "similar", kind)
	}
}

func TestChannels(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, channel := range channels {
		s := &session{options: map[string][]string{"channel": {channel}}}
		got, err := s.channel()
		require.NoError(t, err)
		assert.Equal(t, channel, got)
		names[channelName(channel).en] = true
	}
	assert.Len(t, names, 4, "each has a name of its own")
	for _, e := range spec.Events() {
		assert.True(t, slices.Contains(channels, e.Channel), e.Id)
	}
	_, err := (&session{options: map[string][]string{"channel": {""}}}).channel()
	assert.Error(t, err, "an empty one is none")
}

// Every id of the samples that stands for the app or its corp can be replaced, and all other
// elements be set.
// G: command/push
func TestEveryElementCanBeSet(t *testing.T) {
	t.Parallel()
	address := serve(t, answering(200, "success"))
	for _, e := range spec.Events() {
		if e.Channel == spec.ChannelTemplate {
			continue // the same as for apps
		}
		args := []string{"push", e.Id, address, "-show"}
		var want []string
		for i, name := range elements(e.SampleXML) {
			if slices.Contains([]string{"InfoType", "MsgType", "Event", "ChangeType"}, name) || strings.Contains("|"+secretElements+"|", "|"+name+"|") {
				continue // what says which event it is, and what is not shown
			}
			value := "<" + strings.Repeat("7", i+1) + "&]]>"
			args, want = append(args, name+"="+value), append(want, name)
		}
		o := configured().wecom(t, "", args...)
		require.Zero(t, o.code, "%s: %s%s", e.Id, o.out, o.err)
		assert.GreaterOrEqual(t, strings.Count(o.out, "7&"), len(want), "%s: all of %q", e.Id, want)
	}
}
