package agents

import (
	"encoding/json"
	"maps"
	"slices"
)

// Workbench is what members see of an app of a corp, as the app has set it.
type Workbench struct {
	Kind     string          // of the template: normal (the icon), keydata, image, list or webview
	Template json.RawMessage // the object of its kind; nil: there is none
	Members  []MemberView    // by userid
}

// MemberView is what one member sees in place of the template.
type MemberView struct {
	UserId  string
	Content json.RawMessage // the object of the kind of the template
}

// Workbench is that of an app of a corp.
func (a *Agents) Workbench(suiteId, corpId string) (out Workbench) {
	a.host.Locked(func() {
		out.Kind = normal
		w := a.benches[app{suiteId, corpId}]
		if w == nil || w.template == nil {
			return
		}
		out.Kind, _ = w.template["type"].(string)
		out.Template = shownText(w.template, out.Kind)
		for _, id := range slices.Sorted(maps.Keys(w.data)) {
			out.Members = append(out.Members, MemberView{id, shownText(w.data[id], out.Kind)})
		}
	})
	return out
}

func shownText(o obj, kind string) json.RawMessage {
	text, _ := json.Marshal(o[kind]) // it was decoded from JSON
	return text
}
