package main

import (
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/titles"
)

// titleOf is the title of a kind of event; the zero text if it is unknown.
func titleOf(kind string) (t text) {
	x := titles.Of(kind)
	t.en, t.zh = x.En, x.Zh
	return t
}

// titleOfPush is the title of a push with this InfoType, Event or MsgType, and ChangeType: of
// its family if the ChangeType is a new one.
func titleOfPush(name, changeType string) (t text) {
	if name == "" {
		return text{}
	}
	for _, e := range spec.Events() {
		if e.InfoType != name && e.Event != name && (e.MsgType != name || e.Form != spec.FormMessage) {
			continue
		}
		if e.ChangeType == changeType {
			return titleOf(e.Short())
		}
		if e.ChangeType == "" || e.Short() == name {
			t = titleOf(e.Short())
		}
	}
	return t
}
