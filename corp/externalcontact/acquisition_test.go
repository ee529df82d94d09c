package externalcontact_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is left out of a link stays as it is; false is sent.
// G: endpoint/zeros
func TestAcquisitionLinkEdits(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{}`, `{"link":{"link_id":"l","create_time":"1767240000"}}`)
	require.NoError(t, externalcontact.CustomerAcquisitionUpdateLink(api, "l", externalcontact.AcquisitionEdit{LinkName: strings.Repeat("名", 30)}))
	require.NoError(t, externalcontact.CustomerAcquisitionUpdateLink(api, "l", externalcontact.AcquisitionEdit{SkipVerify: new(bool), MarkSource: new(bool)}))
	made, err := externalcontact.CustomerAcquisitionCreateLink(api, externalcontact.AcquisitionEdit{LinkName: "春", Range: &externalcontact.AcquisitionRange{UserList: []string{"woLin"}}})
	require.NoError(t, err)
	assert.Equal(t, &externalcontact.AcquisitionLink{LinkId: "l", CreateTime: 1767240000}, made)
	const at = "/cgi-bin/externalcontact/customer_acquisition/"
	assert.Equal(t, []string{
		at + `update_link {"link_id":"l","link_name":"` + strings.Repeat("名", 30) + `"}`,
		at + `update_link {"link_id":"l","skip_verify":false,"mark_source":false}`,
		at + `create_link {"link_name":"春","range":{"user_list":["woLin"]}}`,
	}, asked())
}

// G: endpoint/checked
func TestAcquisitionRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	someone := &externalcontact.AcquisitionRange{UserList: []string{"woLin"}}
	create := func(in externalcontact.AcquisitionEdit) func() error {
		return func() error { _, err := externalcontact.CustomerAcquisitionCreateLink(api, in); return err }
	}
	update := func(in externalcontact.AcquisitionEdit) func() error {
		return func() error { return externalcontact.CustomerAcquisitionUpdateLink(api, "l", in) }
	}
	first := func(p externalcontact.AcquisitionPriority) func() error {
		return update(externalcontact.AcquisitionEdit{PriorityOption: &p})
	}
	count := func(start, end int64) func() error {
		return func() error { _, err := externalcontact.CustomerAcquisitionStatistic(api, "l", start, end); return err }
	}
	for want, call := range map[string]func() error{
		"link_name is empty":              create(externalcontact.AcquisitionEdit{Range: someone}),
		"link_name has 31 characters":     create(externalcontact.AcquisitionEdit{LinkName: strings.Repeat("名", 31), Range: someone}),
		"range is nil":                    create(externalcontact.AcquisitionEdit{LinkName: "春"}),
		"range.department_list are empty": update(externalcontact.AcquisitionEdit{Range: &externalcontact.AcquisitionRange{}}),
		"range.user_list has 501":         update(externalcontact.AcquisitionEdit{Range: &externalcontact.AcquisitionRange{UserList: someIds(501)}}),
		"range.department_list has 501":   update(externalcontact.AcquisitionEdit{Range: &externalcontact.AcquisitionRange{DepartmentList: make([]int64, 501)}}),
		"priority_type is 0":              first(externalcontact.AcquisitionPriority{}),
		"priority_type is 3":              first(externalcontact.AcquisitionPriority{PriorityType: 3}),
		"priority_userid_list is empty":   first(externalcontact.AcquisitionPriority{PriorityType: externalcontact.PriorityGiven}),
		"priority_userid_list has 1001":   first(externalcontact.AcquisitionPriority{PriorityType: externalcontact.PriorityGiven, PriorityUserIdList: someIds(1001)}),
		"link_id is empty":                func() error { return externalcontact.CustomerAcquisitionDeleteLink(api, "") },
		"chat_key is empty":               func() error { _, err := externalcontact.CustomerAcquisitionGetChatInfo(api, ""); return err },
		"key_num is 1001":                 func() error { _, err := externalcontact.CustomerAcquisitionCreateOnceKey(api, "l", 1001); return err },
		"start_time is 0":                 count(0, 0),
		"start_time is 9":                 count(9, 8),
		"at most 2592000":                 count(1, 2+30*24*60*60),
	} {
		assert.ErrorContains(t, call(), want)
	}
	for i, call := range []func() error{
		func() error { _, err := externalcontact.CustomerAcquisitionGet(api, ""); return err },
		func() error {
			return externalcontact.CustomerAcquisitionUpdateLink(api, "", externalcontact.AcquisitionEdit{})
		},
		func() error { _, err := externalcontact.CustomerAcquisitionCustomer(api, "", "", 0); return err },
		func() error { _, err := externalcontact.CustomerAcquisitionStatistic(api, "", 1, 2); return err },
		func() error { _, err := externalcontact.CustomerAcquisitionCreateOnceKey(api, "", 1); return err },
	} {
		require.ErrorContains(t, call(), "link_id is empty", i)
	}
}

// G: endpoint/checked
func TestLegalAcquisitionIsSent(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string { return `{"link":{"link_id":"l"},"keys":["k"],"new_customer_cnt":0}` })
	_, err := externalcontact.CustomerAcquisitionCreateLink(api, externalcontact.AcquisitionEdit{
		LinkName: strings.Repeat("名", 30), Range: &externalcontact.AcquisitionRange{UserList: someIds(500), DepartmentList: make([]int64, 500)},
		PriorityOption: &externalcontact.AcquisitionPriority{PriorityType: externalcontact.PriorityGiven, PriorityUserIdList: someIds(1000)},
	})
	require.NoError(t, err)
	require.NoError(t, externalcontact.CustomerAcquisitionUpdateLink(api, "l", externalcontact.AcquisitionEdit{
		PriorityOption: &externalcontact.AcquisitionPriority{PriorityType: externalcontact.PriorityCorp},
	}))
	keys, err := externalcontact.CustomerAcquisitionCreateOnceKey(api, "l", 1000)
	require.NoError(t, err)
	assert.Equal(t, []string{"k"}, keys)
	_, err = externalcontact.CustomerAcquisitionStatistic(api, "l", 1, 1+30*24*60*60)
	require.NoError(t, err)
}

// A component gets less.
func TestAnswersToAComponent(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"link":{"link_name":"春","url":"u"}}`, `{"chat_info":{"recv_msg_cnt":"3"}}`, `{"pay_mode":0,"link_auth_mode":0}`)
	link, err := externalcontact.CustomerAcquisitionGet(api, "l")
	require.NoError(t, err)
	assert.Equal(t, &externalcontact.AcquisitionDetail{Link: externalcontact.AcquisitionLink{LinkName: "春", Url: "u"}}, link)
	chat, err := externalcontact.CustomerAcquisitionGetChatInfo(api, "k")
	require.NoError(t, err)
	assert.Equal(t, int64(3), chat.ChatInfo.RecvMsgCnt)
	how, err := externalcontact.CustomerAcquisitionGetCompAuthInfo(api)
	require.NoError(t, err)
	assert.Equal(t, &externalcontact.AcquisitionComponent{PayMode: externalcontact.CorpPays, LinkAuthMode: externalcontact.LinksOfCorp}, how)
}

// A key is worth money: the request for keys is not repeated.
func TestOnceKeysAreAskedForOnce(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, "")
	_, err := externalcontact.CustomerAcquisitionCreateOnceKey(api, "l", 0)
	require.Error(t, err)
	assert.Equal(t, []string{`/cgi-bin/externalcontact/customer_acquisition/create_once_key {"link_id":"l"}`}, asked())
}
