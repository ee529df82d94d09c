package agents

import (
	"maps"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	codeUsers  = 40031
	codeNoUser = 60111

	maxUsers = 1000 // of one request
	normal   = "normal"
)

// workbench is what members see of an app.
type workbench struct {
	template obj            // nil: the icon
	data     map[string]obj // of members who see something else, by userid
}

// kinds are those of templates, with the most items that they have; 0: they have none.
func kinds() map[string]int {
	return map[string]int{"keydata": 4, "image": 0, "list": 3, "webview": 0}
}

// shown takes the part of a request that is shown: its type, and the object of that name.
func shown(body obj) (obj, error) {
	kind, _ := body["type"].(string)
	most, ok := kinds()[kind]
	if !ok {
		return nil, platform.BadParam("invalid type")
	}
	content, ok := body[kind].(obj)
	if !ok {
		return nil, platform.BadParam("invalid Request Parameter, %s is missing", kind)
	}
	if items, _ := content["items"].([]any); len(items) > most {
		return nil, platform.BadParam("too many items, at most %d", most)
	}
	return obj{"type": kind, kind: content}, nil
}

func (a *Agents) setTemplate(c *platform.Call, w *workbench) (obj, error) {
	replace, _ := c.Body()["replace_user_data"].(bool)
	if c.Str("type") == normal {
		w.template, w.data = nil, map[string]obj{}
		return nil, nil
	}
	template, err := shown(c.Body())
	if err != nil {
		return nil, err
	}
	if replace {
		w.data = map[string]obj{}
	}
	maps.DeleteFunc(w.data, func(_ string, data obj) bool { return data["type"] != template["type"] })
	template["replace_user_data"] = replace
	w.template = template
	return nil, nil
}

func (a *Agents) getTemplate(_ *platform.Call, w *workbench) (obj, error) {
	if w.template == nil {
		return obj{"type": normal}, nil
	}
	return maps.Clone(w.template), nil
}

func (a *Agents) setData(c *platform.Call, w *workbench) (obj, error) {
	return nil, w.set(c, c.Body(), c.Str("userid"))
}

func (a *Agents) batchSetData(c *platform.Call, w *workbench) (obj, error) {
	users := c.Strs("userid_list")
	if len(users) == 0 || len(users) > maxUsers {
		return nil, platform.Refuse(codeUsers, "invalid userid_list")
	}
	data, _ := c.Body()["data"].(obj)
	return nil, w.set(c, data, users...)
}

// set keeps what members see, for all of them or none.
func (w *workbench) set(c *platform.Call, data obj, userIds ...string) error {
	content, err := shown(data)
	if err != nil {
		return err
	}
	if w.template == nil || w.template["type"] != content["type"] {
		return platform.BadParam("the template is of another type, or not set")
	}
	var ids []string
	for _, id := range userIds {
		m, err := seen(c, id)
		if err != nil {
			return err
		}
		ids = append(ids, m.UserId)
	}
	for _, id := range ids {
		w.data[id] = content
	}
	return nil
}

// getData reads what a member sees: what was set for him, or else the template's.
func (a *Agents) getData(c *platform.Call, w *workbench) (obj, error) {
	m, err := seen(c, c.Str("userid"))
	if err != nil {
		return nil, err
	}
	if data := w.data[m.UserId]; data != nil {
		return obj{"data": data}, nil
	}
	if w.template == nil {
		return obj{"data": obj{}}, nil
	}
	data := maps.Clone(w.template)
	delete(data, "replace_user_data")
	return obj{"data": data}, nil
}

// seen finds a member in the visible range.
func seen(c *platform.Call, userId string) (platform.Member, error) {
	members := c.Corp().Members
	i := slices.IndexFunc(members, func(m platform.Member) bool {
		return strings.EqualFold(m.UserId, userId) && m.Visible()
	})
	if i < 0 {
		return platform.Member{}, platform.Refuse(codeNoUser, "userid not found")
	}
	return members[i], nil
}
