package externalcontact_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// way is a contact way to one member, with what edit changes.
func way(edit func(w *externalcontact.NewContactWay)) externalcontact.NewContactWay {
	w := externalcontact.NewContactWay{Type: externalcontact.WayToOne, Scene: externalcontact.SceneCode}
	w.User = []string{"woLin"}
	edit(&w)
	return w
}

// WeCom takes what is left out for a yes: a no is sent. What it says of a way can be read.
// G: endpoint/zeros
func TestSwitchesOfAWay(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"config_id":"c","qr_code":"https://qr.example"}`, `{"config_id":"c"}`, `{}`, `{}`, `{"config_id":"j"}`,
		`{"contact_way":{"config_id":"c","type":1,"skip_verify":false,"conclusions":{"image":{"pic_url":"https://pic.example"}}}}`)
	made, err := externalcontact.AddContactWay(api, way(func(*externalcontact.NewContactWay) {}))
	require.NoError(t, err)
	assert.Equal(t, &externalcontact.AddedContactWay{ConfigId: "c", QrCode: "https://qr.example"}, made)
	_, err = externalcontact.AddContactWay(api, way(func(w *externalcontact.NewContactWay) { w.SkipVerify, w.MarkSource = new(bool), new(bool) }))
	require.NoError(t, err)
	require.NoError(t, externalcontact.UpdateContactWay(api, "c", externalcontact.ContactWayEdit{SkipVerify: new(bool)}))
	require.NoError(t, externalcontact.UpdateContactWay(api, "c", externalcontact.ContactWayEdit{}))
	_, err = externalcontact.GroupChatAddJoinWay(api, externalcontact.NewJoinWay{Scene: externalcontact.SceneWidget, AutoCreateRoom: new(int), MarkSource: new(bool), ChatIdList: []string{"wr"}})
	require.NoError(t, err)
	const path = "/cgi-bin/externalcontact/"
	assert.Equal(t, []string{
		path + `add_contact_way {"type":1,"scene":2,"user":["woLin"]}`,
		path + `add_contact_way {"type":1,"scene":2,"skip_verify":false,"user":["woLin"],"mark_source":false}`,
		path + `update_contact_way {"config_id":"c","skip_verify":false}`,
		path + `update_contact_way {"config_id":"c"}`,
		path + `groupchat/add_join_way {"scene":1,"auto_create_room":0,"chat_id_list":["wr"],"mark_source":false}`,
	}, asked())

	got, err := externalcontact.GetContactWay(api, "c")
	require.NoError(t, err)
	require.NotNil(t, got.SkipVerify)
	assert.False(t, *got.SkipVerify)
	assert.Nil(t, got.MarkSource)
	assert.Equal(t, &externalcontact.Conclusions{Image: &wire.Image{PicUrl: "https://pic.example"}}, got.Conclusions)
}

// G: endpoint/checked
func TestWaysRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	long, card := strings.Repeat("字", 31), &wire.Link{Title: "t", Url: "u"}
	closing := func(c externalcontact.Conclusions) func(w *externalcontact.NewContactWay) {
		return func(w *externalcontact.NewContactWay) { w.Conclusions = &c }
	}
	for want, edit := range map[string]func(w *externalcontact.NewContactWay){
		"type is 0":                       func(w *externalcontact.NewContactWay) { w.Type = 0 },
		"type is 3":                       func(w *externalcontact.NewContactWay) { w.Type = 3 },
		"scene is 3":                      func(w *externalcontact.NewContactWay) { w.Scene = 3 },
		"the number of user is 0":         func(w *externalcontact.NewContactWay) { w.User = nil },
		"the number of user is 2":         func(w *externalcontact.NewContactWay) { w.User = many("wo", 2) },
		"user and party are empty":        func(w *externalcontact.NewContactWay) { w.Type, w.User = externalcontact.WayToOneOf, nil },
		"user has 101 items":              func(w *externalcontact.NewContactWay) { w.Type, w.User = externalcontact.WayToOneOf, many("wo", 101) },
		"style is 4":                      func(w *externalcontact.NewContactWay) { w.Style = 4 },
		"remark has 31 characters":        func(w *externalcontact.NewContactWay) { w.Remark = long },
		"state has 31 characters":         func(w *externalcontact.NewContactWay) { w.State = long },
		"expires_in is 1209601":           func(w *externalcontact.NewContactWay) { w.ExpiresIn = 14*86400 + 1 },
		"chat_expires_in is -1":           func(w *externalcontact.NewContactWay) { w.ChatExpiresIn = -1 },
		"conclusions is empty":            closing(externalcontact.Conclusions{}),
		"conclusions has link and mini":   closing(externalcontact.Conclusions{Link: card, MiniProgram: &wire.MiniProgramPage{}}),
		"text.content is empty":           closing(externalcontact.Conclusions{Text: &wire.Text{}}),
		"text.content has 4001 bytes":     closing(externalcontact.Conclusions{Text: &wire.Text{Content: strings.Repeat("x", 4001)}, Link: card}),
		"conclusions.image.media_id is":   closing(externalcontact.Conclusions{Image: &wire.Image{PicUrl: "https://pic.example"}}),
		"conclusions.link.title is empty": closing(externalcontact.Conclusions{Link: &wire.Link{Url: "u"}}),
		"miniprogram.page is empty":       closing(externalcontact.Conclusions{MiniProgram: &wire.MiniProgramPage{Title: "t", PicMediaId: "m", AppId: "a"}}),
	} {
		_, err := externalcontact.AddContactWay(api, way(edit))
		require.ErrorContains(t, err, want)
	}
	for want, call := range map[string]func() error{
		"config_id is empty": func() error { _, err := externalcontact.GetContactWay(api, ""); return err },
		"state has 31 characters": func() error {
			return externalcontact.UpdateContactWay(api, "c", externalcontact.ContactWayEdit{State: long})
		},
		"start_time is 2": func() error {
			_, err := externalcontact.ListContactWay(api, externalcontact.ContactWays{StartTime: 2, EndTime: 1})
			return err
		},
		"start_time is -1": func() error {
			_, err := externalcontact.ListContactWay(api, externalcontact.ContactWays{StartTime: -1})
			return err
		},
		"limit is 1001": func() error {
			_, err := externalcontact.ListContactWay(api, externalcontact.ContactWays{Limit: 1001})
			return err
		},
		"wecom: userid is empty":   func() error { return externalcontact.CloseTempChat(api, "", "wm") },
		"external_userid is empty": func() error { return externalcontact.CloseTempChat(api, "wo", "") },
	} {
		require.ErrorContains(t, call(), want)
	}
	require.ErrorContains(t, externalcontact.UpdateContactWay(api, "", externalcontact.ContactWayEdit{}), "config_id is empty")
	require.ErrorContains(t, externalcontact.DelContactWay(api, ""), "config_id is empty")
}

// G: endpoint/checked
func TestWaysThatAreJustLegal(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("字", 30)
	for _, edit := range []func(w *externalcontact.NewContactWay){
		func(w *externalcontact.NewContactWay) {
			w.Scene, w.Style, w.Remark, w.State = externalcontact.SceneWidget, 3, full, full
		},
		func(w *externalcontact.NewContactWay) { w.Type, w.User = externalcontact.WayToOneOf, many("wo", 100) },
		func(w *externalcontact.NewContactWay) {
			w.Type, w.User, w.Party = externalcontact.WayToOneOf, nil, []int64{7}
		},
		func(w *externalcontact.NewContactWay) { w.ExpiresIn, w.ChatExpiresIn = 14*86400, 14*86400 },
		func(w *externalcontact.NewContactWay) {
			w.Conclusions = &externalcontact.Conclusions{Text: &wire.Text{Content: strings.Repeat("x", 4000)}, Image: &wire.Image{MediaId: "m"}}
		},
		func(w *externalcontact.NewContactWay) {
			w.Conclusions = &externalcontact.Conclusions{Link: &wire.Link{Title: "t", Url: "u"}}
		},
	} {
		api, asked := corptest.Script(t, `{"config_id":"c"}`)
		_, err := externalcontact.AddContactWay(api, way(edit))
		require.NoError(t, err)
		assert.Len(t, asked(), 1)
	}
	api, asked := corptest.Script(t, `{}`)
	_, err := externalcontact.ListContactWay(api, externalcontact.ContactWays{StartTime: 1, EndTime: 1, Limit: 1000})
	require.NoError(t, err)
	assert.Len(t, asked(), 1)
}

// G: endpoint/pages
func TestAllContactWays(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"contact_way":[{"config_id":"a"},{"config_id":"b"}],"next_cursor":"c2"}`, `{"contact_way":[{"config_id":"c"}],"next_cursor":""}`)
	var ids []string
	for w, err := range externalcontact.AllContactWays(api, 0, 0) {
		require.NoError(t, err)
		ids = append(ids, w.ConfigId)
	}
	assert.Equal(t, []string{"a", "b", "c"}, ids)
	api, _ = corptest.Script(t, `{"contact_way":[{"config_id":"a"}],"next_cursor":"c2"}`, `{"errcode":50100}`)
	require.ErrorIs(t, last(externalcontact.AllContactWays(api, 0, 0)), token.Code(50100))
}
