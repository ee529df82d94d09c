package spectest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/spec"
	"github.com/stretchr/testify/assert"
)

func TestGoName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"corp/message/send":                          "Send",
		"corp/externalcontact/groupchat_list":        "GroupChatList",
		"corp/externalcontact/get_groupmsg_list_v2":  "GetGroupMsgListV2",
		"corp/externalcontact/opengid_to_chatid":     "OpenGidToChatId",
		"corp/externalcontact/batch_get_by_user":     "BatchGetByUser",
		"corp/kf/account_add":                        "AccountAdd",
		"corp/contact/user_get":                      "UserGet",
		"corp/contact/user_getuserid":                "UserGetUserId",
		"corp/contact/department_simplelist":         "DepartmentSimpleList",
		"corp/contact/corp_getopenapprovaldata":      "CorpGetOpenApprovalData",
		"corp/chatdata/docdata_get_auth_info":        "DocGetAuthInfo",
		"corp/chatdata/sync_call_program":            "SyncCallProgram",
		"corp/media/get_jssdk":                       "GetJsSdk",
		"license/active_account":                     "",
		"corp/externalcontact/get_subscribe_qr_code": "GetSubscribeQrCode",
	} {
		e, ok := find(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, GoName(e), name)
	}
}

// No two endpoints of a package share a name, every divided word occurs, and no word that
// is run together is left.
func TestGoNamesAreWhole(t *testing.T) {
	t.Parallel()
	seen, words := map[string]string{}, map[string]bool{}
	for _, e := range spec.Endpoints() {
		name := GoName(e)
		if name == "" {
			continue
		}
		assert.Empty(t, seen[e.File+"."+name], "%s has the name of", e.Path)
		seen[e.File+"."+name] = e.Path
		assert.NotRegexp(t, regexp.MustCompile(`[a-z](id|list|user|users|party|chat|msg|get|delete|result|info)([A-Z]|$)`), name, e.Path)
		for word := range strings.SplitSeq(e.Name, "_") {
			words[word] = true
		}
	}
	for word, name := range divided {
		assert.True(t, words[word], "no endpoint has %s", word)
		assert.True(t, word == "docdata" || strings.EqualFold(word, name), "%s is not %s", name, word)
	}
}
