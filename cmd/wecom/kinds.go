package main

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// channelName says what WeCom's console calls the URL of a channel.
func channelName(channel string) text {
	switch channel {
	case spec.ChannelInstruction:
		return text{"指令回调URL", "指令回调URL"}
	case spec.ChannelTemplate:
		return text{"代开发模板回调URL", "代开发模板回调URL"}
	case spec.ChannelData:
		return text{"数据回调URL", "数据回调URL"}
	}
	return text{"系统事件接收URL", "系统事件接收URL"}
}

// channels are the values of -channel, in the order of preference.
var channels = []string{spec.ChannelInstruction, spec.ChannelData, spec.ChannelSystem, spec.ChannelTemplate}

// channel is that of -channel, "" without it.
func (s *session) channel() (string, error) {
	if name := s.value("channel"); !s.has("channel") || slices.Contains(channels, name) {
		return name, nil
	}
	return "", s.wrong(text{"-channel is one of %s", "-channel 只能是 %s 之一"}, strings.Join(channels, ", "))
}

// findKind finds an event by its kind, a full id or one without the first part, and the channel
// wanted, or else the one that suits the app.
func (s *session) findKind(kind, channel string, template bool) (spec.Event, error) {
	is := func(e spec.Event) bool { return e.Id == kind || e.Short() == kind }
	best, ok := spec.EventFor(template, is)
	switch {
	case !ok:
		return spec.Event{}, s.noKind(kind)
	case channel == "":
		return best, nil
	}
	if e, ok := spec.EventFor(template, func(e spec.Event) bool { return is(e) && e.Channel == channel }); ok {
		return e, nil
	}
	return spec.Event{}, s.wrong(text{"this event does not come on that channel, but on %s", "这个事件不在该通道上推送，而是在 %s"}, best.Channel)
}

// noKind proposes kinds that look like the one that is none.
func (s *session) noKind(kind string) error {
	const most = 12
	var list []string
	for _, part := range []string{kind, kind[:strings.IndexAny(kind+".", "._")]} {
		for _, e := range spec.Events() {
			if part != "" && strings.Contains(strings.ToLower(e.Id), strings.ToLower(part)) && !slices.Contains(list, e.Short()) {
				list = append(list, e.Short())
			}
		}
	}
	if len(list) == 0 {
		return s.wrong(text{"there is no event of this kind; \"wecom push -list\" shows all", "没有这种事件；运行 wecom push -list 查看全部"})
	}
	return s.wrong(text{"there is no event of this kind; similar are %s. \"wecom push -list\" shows all", "没有这种事件；相近的有 %s。运行 wecom push -list 查看全部"},
		strings.Join(list[:min(most, len(list))], ", "))
}

// listKinds prints the kinds whose name or title contains all words.
func (s *session) listKinds(words []string) error {
	var rows [][]string
	at := map[string]int{}
	for _, e := range spec.Events() {
		name, title := e.Short(), titleOf(e.Short())
		if !containsAll(strings.Join([]string{name, title.en, title.zh, e.Channel}, " "), words) {
			continue
		}
		if i, listed := at[name]; listed {
			rows[i][1] += ", " + e.Channel
			continue
		}
		at[name] = len(rows)
		rows = append(rows, []string{name, e.Channel, title.in(s.lang)})
	}
	if len(rows) == 0 {
		return s.bad(text{"no kind has these words in its name, channel or title", "没有名称、通道或标题含有这些词的事件"})
	}
	var b strings.Builder
	table(&b, rows)
	s.print(b.String())
	s.note(text{"%d kinds. instruction is the 指令回调URL, template the 代开发模板回调URL, data the 数据回调URL, system the 系统事件接收URL.",
		"共 %d 种。instruction 为指令回调URL,template 为代开发模板回调URL,data 为数据回调URL,system 为系统事件接收URL。"}, len(rows))
	return nil
}

func containsAll(where string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(strings.ToLower(where), strings.ToLower(word)) {
			return false
		}
	}
	return true
}
