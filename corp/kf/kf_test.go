package kf_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/pages
func TestAllAccounts(t *testing.T) {
	t.Parallel()
	full := strings.TrimSuffix(strings.Repeat(`{"open_kfid":"wk"},`, 100), ",")
	api, asked := corptest.Script(t, `{"account_list":[`+full+`]}`, `{"account_list":[{"open_kfid":"wkLast"}]}`)
	var ids []string
	for a, err := range kf.AllAccounts(api) {
		require.NoError(t, err)
		ids = append(ids, a.OpenKfId)
	}
	assert.Len(t, ids, 101)
	assert.Equal(t, "wkLast", ids[100])
	assert.Equal(t, []string{`/cgi-bin/kf/account/list {"limit":100}`, `/cgi-bin/kf/account/list {"offset":100,"limit":100}`}, asked())
}

// G: batch/how-far
func TestManyServicers(t *testing.T) {
	t.Parallel()
	users, departments := many(101), make([]int64, 21)
	api, asked := corptest.Script(t, `{"result_list":[{"userid":"a"}]}`, `{"result_list":[{"department_id":"7","errcode":95014}]}`, `{"errcode":95020}`)
	results, err := kf.ServicerAdd(api, account, users, departments)
	var partial *token.PartialError
	require.ErrorAs(t, err, &partial)
	require.ErrorIs(t, err, token.Code(95020))
	assert.Equal(t, 121, partial.Done)
	require.Len(t, results, 1+100+1+1+20, "with those that the answers leave out")
	assert.Equal(t, []kf.ServicerResult{{UserId: "a"}, {UserId: "u0", ErrCode: kf.ServicerMissing}, {DepartmentId: 7, ErrCode: 95014}, {UserId: "u100", ErrCode: kf.ServicerMissing},
		{DepartmentId: 0, ErrCode: kf.ServicerMissing}}, []kf.ServicerResult{results[0], results[1], results[101], results[102], results[103]})
	assert.Contains(t, asked()[1], `"userid_list":["u100"],"department_id_list":[0,0`)
	assert.True(t, strings.HasSuffix(asked()[2], `{"open_kfid":"`+account+`","department_id_list":[0]}`), asked()[2])

	for departments, requests := range map[int]int{100: 1, 101: 2} {
		api, asked = corptest.Script(t, slices.Repeat([]string{`{"result_list":[{}]}`}, requests)...)
		_, err = kf.ServicerDel(api, account, users[:100], make([]int64, departments))
		require.NoError(t, err)
		assert.Len(t, asked(), requests)
	}

	api, _ = corptest.Script(t, `{"errcode":48007}`)
	results, err = kf.ServicerAdd(api, account, users[:1], nil)
	require.ErrorIs(t, err, token.Code(48007))
	assert.Nil(t, results)
}

func TestManyCustomers(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"customer_list":[{"external_userid":"a"}],"invalid_external_userid":["x"]}`, `{"customer_list":[{"external_userid":"b"}],"invalid_external_userid":["y"]}`)
	got, err := kf.CustomerBatchGet(api, many(101), false)
	require.NoError(t, err)
	assert.Equal(t, &kf.Customers{CustomerList: []kf.Customer{{ExternalUserId: "a"}, {ExternalUserId: "b"}}, InvalidExternalUserId: []string{"x", "y"}}, got)
	assert.Equal(t, `/cgi-bin/kf/customer/batchget {"external_userid_list":["u100"]}`, asked()[1])
}

func many(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("u%d", i))
	}
	return ids
}

// What was not counted is told from 0.
func TestADayWithoutFigures(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"statistic_list":[{"stat_time":1767196800},{"stat_time":1767283200,"statistic":{"session_cnt":"2","ai_transfer_rate":0}}]}`)
	days, err := kf.GetCorpStatistic(api, account, kf.Days{StartTime: 1767196800, EndTime: 1767283200})
	require.NoError(t, err)
	require.Len(t, days, 2)
	assert.Nil(t, days[0].Statistic)
	require.NotNil(t, days[1].Statistic)
	assert.Equal(t, kf.CorpStatistic{SessionCnt: 2, AiTransferRate: new(float64)}, *days[1].Statistic)
}

// The kinds of menu items are set in what is sent, not in what was given.
func TestTheCallersMenuStays(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"msgid":"1"}`, `{"msgid":"2"}`)
	menu := &kf.Menu{List: []kf.MenuItem{{Type: "x", Click: &kf.MenuClick{Content: "好"}}}}
	_, err := kf.SendMsg(api, kf.Message{OpenKfId: account, ToUser: "wm", Content: kf.Content{MsgMenu: menu}})
	require.NoError(t, err)
	_, err = kf.SendMsgOnEvent(api, kf.EventMessage{Code: "c", MsgMenu: menu})
	require.NoError(t, err)
	for _, request := range asked() {
		assert.Contains(t, request, `"msgmenu":{"list":[{"type":"click","click":{"content":"好"}}]}`)
	}
	assert.Equal(t, "x", menu.List[0].Type)
}

// G: endpoint/checked
func TestMessagesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	text := kf.Content{Text: &wire.Text{Content: "好"}}
	item := kf.MenuItem{Click: &kf.MenuClick{Content: "c"}}
	long := strings.Repeat("x", 2049)
	for want, c := range map[string]kf.Content{
		"the message is empty":          {},
		"text and image":                {Text: text.Text, Image: &wire.Media{}},
		"text.content is empty":         {Text: &wire.Text{}},
		"image.media_id is empty":       {Image: &wire.Media{}},
		"voice.media_id is empty":       {Voice: &wire.Media{}},
		"file.media_id is empty":        {File: &wire.Media{}},
		"video.media_id is empty":       {Video: &wire.Video{}},
		"link.url is empty":             {Link: &kf.Link{Title: "t", ThumbMediaId: "m"}},
		"link.url has 2049":             {Link: &kf.Link{Url: long, Title: "t", ThumbMediaId: "m"}},
		"link.title is empty":           {Link: &kf.Link{Url: "u", ThumbMediaId: "m"}},
		"link.thumb_media_id is empty":  {Link: &kf.Link{Url: "u", Title: "t"}},
		"miniprogram.appid is empty":    {MiniProgram: &wire.MiniProgram{PagePath: "p", ThumbMediaId: "m"}},
		"miniprogram.pagepath is empty": {MiniProgram: &wire.MiniProgram{AppId: "a", ThumbMediaId: "m"}},
		"miniprogram.thumb_media_id is": {MiniProgram: &wire.MiniProgram{AppId: "a", PagePath: "p"}},
		"location.latitude is 90.5":     {Location: &kf.Location{Latitude: 90.5}},
		"location.longitude is -180.5":  {Location: &kf.Location{Longitude: -180.5}},
		"location.latitude is NaN":      {Location: &kf.Location{Latitude: math.NaN()}},
		"ca_link.link_url is empty":     {CaLink: &kf.CaLink{}},
		"msgmenu.head_content has 1025": {MsgMenu: &kf.Menu{HeadContent: long[:1025]}},
		"msgmenu.tail_content has 1025": {MsgMenu: &kf.Menu{TailContent: long[:1025]}},
		"msgmenu.list has 51":           {MsgMenu: &kf.Menu{List: slices.Repeat([]kf.MenuItem{{Text: &kf.MenuText{Content: "t"}}}, 51)}},
		"list without texts has 11":     {MsgMenu: &kf.Menu{List: slices.Repeat([]kf.MenuItem{item}, 11)}},
		"msgmenu.list[1] is empty":      {MsgMenu: &kf.Menu{List: []kf.MenuItem{item, {}}}},
		"list[0] has click and view":    {MsgMenu: &kf.Menu{List: []kf.MenuItem{{Click: item.Click, View: &kf.MenuView{}}}}},
		"click.id has 129":              {MsgMenu: &kf.Menu{List: []kf.MenuItem{{Click: &kf.MenuClick{Id: long[:129], Content: "c"}}}}},
		"click.content has 129":         {MsgMenu: &kf.Menu{List: []kf.MenuItem{{Click: &kf.MenuClick{Content: long[:129]}}}}},
		"view.url is empty":             {MsgMenu: &kf.Menu{List: []kf.MenuItem{{View: &kf.MenuView{Content: "c"}}}}},
		"view.content has 1025":         {MsgMenu: &kf.Menu{List: []kf.MenuItem{{View: &kf.MenuView{Url: "u", Content: long[:1025]}}}}},
		"miniprogram.appid has 33":      {MsgMenu: &kf.Menu{List: []kf.MenuItem{{MiniProgram: &kf.MenuMiniProgram{AppId: long[:33], PagePath: "p", Content: "c"}}}}},
		"list[0].miniprogram.pagepath":  {MsgMenu: &kf.Menu{List: []kf.MenuItem{{MiniProgram: &kf.MenuMiniProgram{AppId: "a", Content: "c"}}}}},
		"list[0].miniprogram.content":   {MsgMenu: &kf.Menu{List: []kf.MenuItem{{MiniProgram: &kf.MenuMiniProgram{AppId: "a", PagePath: "p"}}}}},
		"view.url has 2049":             {MsgMenu: &kf.Menu{List: []kf.MenuItem{{View: &kf.MenuView{Url: long, Content: "c"}}}}},
		"miniprogram.pagepath has 1025": {MsgMenu: &kf.Menu{List: []kf.MenuItem{{MiniProgram: &kf.MenuMiniProgram{AppId: "a", PagePath: long[:1025], Content: "c"}}}}},
		"miniprogram.content has 1025":  {MsgMenu: &kf.Menu{List: []kf.MenuItem{{MiniProgram: &kf.MenuMiniProgram{AppId: "a", PagePath: "p", Content: long[:1025]}}}}},
		"list[0].text.content has 257":  {MsgMenu: &kf.Menu{List: []kf.MenuItem{{Text: &kf.MenuText{Content: long[:257]}}}}},
		"list[0].text.no_newline is 2":  {MsgMenu: &kf.Menu{List: []kf.MenuItem{{Text: &kf.MenuText{Content: "t", NoNewline: 2}}}}},
	} {
		_, err := kf.SendMsg(api, kf.Message{OpenKfId: account, ToUser: "wm", Content: c})
		assert.ErrorContains(t, err, want)
	}
	for want, m := range map[string]kf.Message{
		"open_kfid is empty":    {ToUser: "wm", Content: text},
		"open_kfid has 65":      {OpenKfId: long[:65], ToUser: "wm", Content: text},
		"touser is empty":       {OpenKfId: account, Content: text},
		"msgid has 33":          {OpenKfId: account, ToUser: "wm", MsgId: long[:33], Content: text},
		`msgid "a.b" has other`: {OpenKfId: account, ToUser: "wm", MsgId: "a.b", Content: text},
	} {
		_, err := kf.SendMsg(api, m)
		assert.ErrorContains(t, err, want)
	}
	for want, m := range map[string]kf.EventMessage{
		"code is empty":                    {Text: text.Text},
		"msgid \"!\" has other":            {Code: "c", MsgId: "!", Text: text.Text},
		"it takes one of text, msgmenu":    {Code: "c"},
		"the message has text and msgmenu": {Code: "c", Text: text.Text, MsgMenu: &kf.Menu{}},
		"text.content has 2049":            {Code: "c", Text: &wire.Text{Content: long}},
		"msgmenu.list has 11":              {Code: "c", MsgMenu: &kf.Menu{List: slices.Repeat([]kf.MenuItem{{Text: &kf.MenuText{Content: "t"}}}, 11)}},
	} {
		_, err := kf.SendMsgOnEvent(api, m)
		assert.ErrorContains(t, err, want)
	}
}

// G: endpoint/checked
func TestOthersRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	long := strings.Repeat("x", 129)
	sync := func(s kf.Sync) func() error {
		return func() error { _, err := kf.SyncMsg(api, s); return err }
	}
	count := func(start, end int64) func() error {
		return func() error {
			_, err := kf.GetStatistic(api, kf.Days{StartTime: start, EndTime: end})
			return err
		}
	}
	move := func(to kf.State) func() error {
		return func() error { _, err := kf.ServiceStateTrans(api, account, "wm", to); return err }
	}
	for want, call := range map[string]func() error{
		"name is empty":                         func() error { _, err := kf.AccountAdd(api, "", "m"); return err },
		"name has 17 characters":                func() error { _, err := kf.AccountAdd(api, strings.Repeat("字", 17), "m"); return err },
		"media_id is empty":                     func() error { _, err := kf.AccountAdd(api, "n", ""); return err },
		"offset is -1":                          func() error { _, err := kf.AccountList(api, -1, 0); return err },
		"limit is 101":                          func() error { _, err := kf.AccountList(api, 0, 101); return err },
		"media_id has 129":                      func() error { return kf.AccountUpdate(api, account, "", long) },
		"scene has 33":                          func() error { _, err := kf.AddContactWay(api, account, long[:33]); return err },
		"has other characters than a-zA-Z0-9_-": func() error { _, err := kf.AddContactWay(api, account, "a b"); return err },
		"department_id_list are":                func() error { _, err := kf.ServicerAdd(api, account, nil, nil); return err },
		"external_userid_list is":               func() error { _, err := kf.CustomerBatchGet(api, nil, true); return err },
		"external_userid is empty":              func() error { return kf.CustomerCancelUpgradeService(api, account, "") },
		"one of member, groupchat":              func() error { return kf.CustomerUpgradeService(api, account, "wm", kf.Upgrade{}) },
		"member.userid is empty": func() error {
			return kf.CustomerUpgradeService(api, account, "wm", kf.Upgrade{Member: &kf.Specialist{}})
		},
		"groupchat.chat_id is empty": func() error {
			return kf.CustomerUpgradeService(api, account, "wm", kf.Upgrade{GroupChat: &kf.GroupChat{}})
		},
		"the upgrade has member and groupchat": func() error {
			return kf.CustomerUpgradeService(api, account, "wm", kf.Upgrade{Member: &kf.Specialist{}, GroupChat: &kf.GroupChat{}})
		},
		"service_state is 5":       move(kf.State{ServiceState: 5}),
		"servicer_userid is empty": move(kf.State{ServiceState: kf.StateServicer}),
		"start_time is 0":          count(0, 0),
		"start_time is 9":          count(9, 8),
		"at most 2678400":          count(9, 2678410),
		"open_kfid is empty":       sync(kf.Sync{}),
		"token has 129":            sync(kf.Sync{OpenKfId: account, Token: long}),
		"cursor has 65":            sync(kf.Sync{OpenKfId: account, Cursor: long[:65]}),
		"limit is 1001":            sync(kf.Sync{OpenKfId: account, Limit: 1001}),
		"voice_format is 2":        sync(kf.Sync{OpenKfId: account, VoiceFormat: 2}),
	} {
		assert.ErrorContains(t, call(), want)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{0, 1, 2, 3, 4}, []int{kf.StateNew, kf.StateAssistant, kf.StatePool, kf.StateServicer, kf.StateEnded})
	assert.Equal(t, []int{3, 4, 5}, []int{kf.FromCustomer, kf.FromWeCom, kf.FromServicer})
	assert.Equal(t, []int{0, 1}, []int{kf.VoiceAmr, kf.VoiceSilk})
	assert.Equal(t, []string{
		"enter_session", "msg_send_fail", "servicer_status_change", "session_status_change", "user_recall_msg", "servicer_recall_msg", "reject_customer_msg_switch_change",
	}, []string{kf.EnterSession, kf.MsgSendFail, kf.ServicerStatusChange, kf.SessionStatusChange, kf.UserRecallMsg, kf.ServicerRecallMsg, kf.RejectSwitchChange})
}

// G: endpoint/checked
func TestPlainTexts(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string { return `{"url":"u"}` })
	for _, scene := range []string{"", "0", "9", "a", "z", "A", "Z", "_", "-", strings.Repeat("x", 32)} {
		_, err := kf.AddContactWay(api, account, scene)
		require.NoError(t, err, scene)
	}
	for _, scene := range []string{"/", ":", "@", "[", "`", "{", ".", " ", "中"} {
		_, err := kf.AddContactWay(api, account, scene)
		require.ErrorContains(t, err, "has other characters than", scene)
	}
}

// A text or a number is empty beside an error, whether WeCom refuses or the arguments are bad.
func TestNothingComesWithAnError(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string {
		return `{"errcode":48002,"open_kfid":"x","url":"x","msg_code":"x","msgid":"x","wechat_channels_binding":true}`
	})
	text := &wire.Text{Content: "好"}
	for i, call := range []func() (string, error){
		func() (string, error) { return kf.AccountAdd(api, "n", "m") },
		func() (string, error) { return kf.AccountAdd(api, "", "m") },
		func() (string, error) { return kf.AddContactWay(api, account, "") },
		func() (string, error) { return kf.AddContactWay(api, "", "") },
		func() (string, error) { return kf.ServiceStateTrans(api, account, "wm", kf.State{}) },
		func() (string, error) { return kf.ServiceStateTrans(api, "", "wm", kf.State{}) },
		func() (string, error) {
			return kf.SendMsg(api, kf.Message{OpenKfId: account, ToUser: "wm", Content: kf.Content{Text: text}})
		},
		func() (string, error) { return kf.SendMsg(api, kf.Message{}) },
		func() (string, error) { return kf.SendMsgOnEvent(api, kf.EventMessage{Code: "c", Text: text}) },
		func() (string, error) { return kf.SendMsgOnEvent(api, kf.EventMessage{}) },
	} {
		got, err := call()
		require.Error(t, err, i)
		assert.Empty(t, got, i)
	}
	bound, err := kf.GetCorpQualification(api)
	require.Error(t, err)
	assert.False(t, bound)
}
