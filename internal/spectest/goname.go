package spectest

import (
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// divided says how words that WeCom runs together are written in Go. All others only get a
// capital.
var divided = map[string]string{
	"addtagusers":         "AddTagUsers",
	"batchdelete":         "BatchDelete",
	"batchget":            "BatchGet",
	"chatid":              "ChatId",
	"deltagusers":         "DelTagUsers",
	"docdata":             "Doc",
	"getopenapprovaldata": "GetOpenApprovalData",
	"getresult":           "GetResult",
	"getuserid":           "GetUserId",
	"groupchat":           "GroupChat",
	"groupmsg":            "GroupMsg",
	"jssdk":               "JsSdk",
	"onjob":               "OnJob",
	"opengid":             "OpenGid",
	"openid":              "OpenId",
	"replaceparty":        "ReplaceParty",
	"replaceuser":         "ReplaceUser",
	"sensitiveinfo":       "SensitiveInfo",
	"simplelist":          "SimpleList",
	"syncuser":            "SyncUser",
	"taguser":             "TagUser",
	"unionid":             "UnionId",
	"uploadimg":           "UploadImg",
	"userid":              "UserId",
}

// GoName is the name of the function for an endpoint in a customer's corp: the words of its
// path after the package's own, such as GroupChatList for
// /cgi-bin/externalcontact/groupchat/list. It is "" for endpoints of other packages.
func GoName(e spec.Endpoint) string {
	if !strings.HasPrefix(e.File, "corp/") {
		return ""
	}
	name := ""
	for word := range strings.SplitSeq(e.Name, "_") {
		if divided[word] != "" {
			word = divided[word]
		}
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name
}
