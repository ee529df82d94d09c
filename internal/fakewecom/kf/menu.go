package kf

import (
	"cmp"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// How many items a menu has: of send_msg, and of these that can be clicked; of
// send_msg_on_event all.
const (
	manyItems     = 50
	fewItems      = 10
	mostClickable = 10
)

// itemLimits are the most bytes of the texts in a menu item, by its kind.
func itemLimits() map[string]map[string]int {
	return map[string]map[string]int{
		"click":       {"id": 128, "content": 128},
		"view":        {"url": 2048, "content": 1024},
		"miniprogram": {"appid": 32, "pagepath": 1024, "content": 1024},
		"text":        {"content": 256},
	}
}

func checkMenu(menu obj, most int) error {
	if err := cmp.Or(longest(menu, "head_content", 1024), longest(menu, "tail_content", 1024)); err != nil {
		return err
	}
	items, _ := menu["list"].([]any)
	clickable := 0
	for _, v := range items {
		item, _ := v.(obj)
		kind, _ := item["type"].(string)
		if err := checkItem(item, kind); err != nil {
			return err
		}
		if kind != "text" {
			clickable++
		}
	}
	if len(items) > most || clickable > mostClickable {
		return platform.Refuse(codeManyItems, "too many menu items")
	}
	return nil
}

func checkItem(item obj, kind string) error {
	limits, ok := itemLimits()[kind]
	if !ok {
		return platform.Refuse(codeBadItem, "invalid menu item type %s", kind)
	}
	content, ok := item[kind].(obj)
	if !ok {
		return platform.BadParam("invalid Request Parameter, the object of a menu item of type %s is missing", kind)
	}
	for key, most := range limits {
		if err := longest(content, key, most); err != nil {
			return platform.BadParam("invalid Request Parameter, a text of a menu item of type %s is too long", kind)
		}
	}
	return nil
}
