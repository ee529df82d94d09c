package kf

import (
	"cmp"
	"fmt"

	"github.com/gothird/wecom/internal/check"
)

// Menu 菜单消息: is a message with items to click.
type Menu struct {
	HeadContent string     `json:"head_content,omitempty"` // at most 1024 bytes
	List        []MenuItem `json:"list,omitempty"`         // at most 10 to click: of an event message 10 in all, else 50
	TailContent string     `json:"tail_content,omitempty"` // at most 1024 bytes
}

// MenuItem is one item of a [Menu]: one of the pointers is set, Type follows.
type MenuItem struct {
	Type        string           `json:"type"`
	Click       *MenuClick       `json:"click,omitempty"`
	View        *MenuView        `json:"view,omitempty"`
	MiniProgram *MenuMiniProgram `json:"miniprogram,omitempty"`
	Text        *MenuText        `json:"text,omitempty"`
}

// MenuClick is an item whose click is an answer of the customer: a [Text] with its id.
type MenuClick struct {
	Id      string `json:"id,omitempty"` // at most 128 bytes
	Content string `json:"content"`      // at most 128 bytes
}

// MenuView is an item that opens a page.
type MenuView struct {
	Url     string `json:"url"`     // at most 2048 bytes
	Content string `json:"content"` // at most 1024 bytes
}

// MenuMiniProgram is an item that opens a mini program.
type MenuMiniProgram struct {
	AppId    string `json:"appid"`    // at most 32 bytes
	PagePath string `json:"pagepath"` // at most 1024 bytes
	Content  string `json:"content"`  // at most 1024 bytes
}

// MenuText is plain text between the items.
type MenuText struct {
	Content   string `json:"content"`              // at most 256 bytes
	NoNewline int    `json:"no_newline,omitempty"` // 1: what follows is in the same line
}

// typed is the menu with the types of its items set.
func (m *Menu) typed() *Menu {
	if m == nil {
		return nil
	}
	typed := *m
	typed.List = make([]MenuItem, len(m.List))
	for i, item := range m.List {
		item.Type, _ = check.Kind("item", item)
		typed.List[i] = item
	}
	return &typed
}

func (m *Menu) check(most int) error {
	clickable := 0
	for i, item := range m.List {
		at := fmt.Sprintf("msgmenu.list[%d]", i)
		if err := item.check(at); err != nil {
			return err
		}
		if item.Text == nil {
			clickable++
		}
	}
	return cmp.Or(check.Bytes("msgmenu.head_content", m.HeadContent, 1024), check.Bytes("msgmenu.tail_content", m.TailContent, 1024),
		check.Items("msgmenu.list", len(m.List), most), check.Items("msgmenu.list without texts", clickable, 10))
}

func (i MenuItem) check(at string) error {
	kind, err := check.OneKind(at, i)
	switch kind {
	case "click":
		return cmp.Or(check.Bytes(at+".click.id", i.Click.Id, 128), check.Id(at+".click.content", i.Click.Content, 128))
	case "view":
		return cmp.Or(check.Id(at+".view.url", i.View.Url, 2048), check.Id(at+".view.content", i.View.Content, 1024))
	case "miniprogram":
		return cmp.Or(check.Id(at+".miniprogram.appid", i.MiniProgram.AppId, 32), check.Id(at+".miniprogram.pagepath", i.MiniProgram.PagePath, 1024),
			check.Id(at+".miniprogram.content", i.MiniProgram.Content, 1024))
	case "text":
		return cmp.Or(check.Id(at+".text.content", i.Text.Content, 256), check.Between(at+".text.no_newline", i.Text.NoNewline, 0, 1))
	}
	return err
}
