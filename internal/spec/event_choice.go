package spec

import (
	"slices"
	"strings"
)

// Short is the id of an event without its first part, under which people know it.
func (e Event) Short() string {
	_, short, _ := strings.Cut(e.Id, ".")
	return short
}

// EventFor finds the event that fits; of several it is the one for the first of its channels
// that such an app has: a template (代开发模板) has no 指令回调URL.
func EventFor(template bool, fits func(e Event) bool) (found Event, ok bool) {
	order := []string{ChannelInstruction, ChannelData, ChannelSystem, ChannelTemplate}
	if template {
		order = []string{ChannelTemplate, ChannelData, ChannelSystem, ChannelInstruction}
	}
	all := slices.DeleteFunc(slices.Clone(Events()), func(e Event) bool { return !fits(e) })
	if len(all) == 0 {
		return Event{}, false
	}
	return slices.MinFunc(all, func(a, b Event) int {
		return slices.Index(order, a.Channel) - slices.Index(order, b.Channel)
	}), true
}
