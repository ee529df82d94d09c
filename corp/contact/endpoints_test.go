package contact_test

import (
	"iter"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

type row = corptest.Row

func last[T any](seq iter.Seq2[T, error]) (last error) {
	for _, err := range seq {
		last = err
	}
	return last
}

// G: endpoint/documented
func TestEndpoints(t *testing.T) {
	corptest.Run(t, slices.Concat(userRows, listRows, idRows, departmentRows, tagRows, importRows, exportRows), walks...)
}

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }

var userRows = slices.Concat([]row{
	{Go: "UserGet", Endpoint: "corp/contact/user_get", Query: url.Values{"userid": {"woLin@a"}}, Call: func(api *token.Api) (any, error) {
		return contact.UserGet(api, "woLin@a")
	}},
	{Go: "UserDelete", Endpoint: "corp/contact/user_delete", Query: url.Values{"userid": {"woLin"}}, Call: func(api *token.Api) (any, error) {
		return nil, contact.UserDelete(api, "woLin")
	}},
}, corptest.Rows("UserCreate", "corp/contact/user_create", func(api *token.Api, in contact.UserEdit) (any, error) {
	return contact.UserCreate(api, in)
}), corptest.Rows("UserUpdate", "corp/contact/user_update", func(api *token.Api, in contact.UserChange) (any, error) {
	return nil, contact.UserUpdate(api, in)
}), corptest.Rows("UserBatchDelete", "corp/contact/user_batchdelete", func(api *token.Api, in struct {
	UserIdList []string `json:"useridlist"`
}) (any, error) {
	return nil, contact.UserBatchDelete(api, in.UserIdList)
}), corptest.Rows("CorpGetOpenApprovalData", "corp/contact/corp_getopenapprovaldata", func(api *token.Api, in struct{ ThirdNo string }) (any, error) {
	return contact.CorpGetOpenApprovalData(api, in.ThirdNo)
}))

var listRows = []row{
	{Go: "UserSimpleList", Endpoint: "corp/contact/user_simplelist", Query: url.Values{"department_id": {"7"}, "fetch_child": {"1"}}, Call: func(api *token.Api) (any, error) {
		return contact.UserSimpleList(api, 7, true)
	}},
	{Go: "AllSimpleUsers", Endpoint: "corp/contact/department_simplelist", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(contact.AllSimpleUsers(api, 0))
	}},
	{Go: "UserList", Endpoint: "corp/contact/user_list", Query: url.Values{"department_id": {"7"}, "fetch_child": {"1"}}, Call: func(api *token.Api) (any, error) {
		return contact.UserList(api, 7, true)
	}},
	{Go: "AllUsers", Endpoint: "corp/contact/department_simplelist", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(contact.AllUsers(api, 0))
	}},
}

var idRows = slices.Concat(corptest.Rows("UserConvertToOpenId", "corp/contact/user_convert_to_openid", func(api *token.Api, in struct{ UserId string }) (any, error) {
	return contact.UserConvertToOpenId(api, in.UserId)
}), corptest.Rows("UserConvertToUserId", "corp/contact/user_convert_to_userid", func(api *token.Api, in struct{ OpenId string }) (any, error) {
	return contact.UserConvertToUserId(api, in.OpenId)
}), corptest.Rows("UserGetUserId", "corp/contact/user_getuserid", func(api *token.Api, in struct{ Mobile string }) (any, error) {
	return contact.UserGetUserId(api, in.Mobile)
}), corptest.Rows("UserGetUserIdByEmail", "corp/contact/user_get_userid_by_email", func(api *token.Api, in struct {
	EmailType int `json:"email_type"`
	Email     string
}) (any, error) {
	return contact.UserGetUserIdByEmail(api, in.Email, in.EmailType)
}), corptest.Rows("UserListSelectedTicketUser", "corp/contact/user_list_selected_ticket_user", func(api *token.Api, in struct {
	SelectedTicket string `json:"selected_ticket"`
}) (any, error) {
	return contact.UserListSelectedTicketUser(api, in.SelectedTicket)
}), corptest.Rows("UserListId", "corp/contact/user_list_id", func(api *token.Api, in page) (any, error) {
	return contact.UserListId(api, in.Cursor, in.Limit)
}), corptest.Rows("UserListMemberAuth", "corp/contact/user_list_member_auth", func(api *token.Api, in page) (any, error) {
	return contact.UserListMemberAuth(api, in.Cursor, in.Limit)
}), corptest.Rows("UserCheckMemberAuth", "corp/contact/user_check_member_auth", func(api *token.Api, in contact.MemberAuth) (any, error) {
	return contact.UserCheckMemberAuth(api, in.OpenUserId)
}), []row{
	{Go: "AllUserIds", Endpoint: "corp/contact/user_list_id", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(contact.AllUserIds(api))
	}},
	{Go: "AllMemberAuths", Endpoint: "corp/contact/user_list_member_auth", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(contact.AllMemberAuths(api))
	}},
})

type page struct {
	Cursor string
	Limit  int
}

var departmentRows = slices.Concat(corptest.Rows("DepartmentCreate", "corp/contact/department_create", func(api *token.Api, in contact.DepartmentEdit) (any, error) {
	return contact.DepartmentCreate(api, in)
}), corptest.Rows("DepartmentUpdate", "corp/contact/department_update", func(api *token.Api, in contact.DepartmentEdit) (any, error) {
	return nil, contact.DepartmentUpdate(api, in)
}), []row{
	{Go: "DepartmentDelete", Endpoint: "corp/contact/department_delete", Query: url.Values{"id": {"7"}}, Call: func(api *token.Api) (any, error) {
		return nil, contact.DepartmentDelete(api, 7)
	}},
	{Go: "DepartmentList", Endpoint: "corp/contact/department_list", Query: url.Values{"id": {"7"}}, Call: func(api *token.Api) (any, error) {
		return contact.DepartmentList(api, 7)
	}},
	{Go: "DepartmentSimpleList", Endpoint: "corp/contact/department_simplelist", Query: url.Values{"id": {"7"}}, Call: func(api *token.Api) (any, error) {
		return contact.DepartmentSimpleList(api, 7)
	}},
	{Go: "DepartmentList", Endpoint: "corp/contact/department_list", Call: func(api *token.Api) (any, error) {
		return contact.DepartmentList(api, 0)
	}},
	{Go: "DepartmentSimpleList", Endpoint: "corp/contact/department_simplelist", Query: url.Values{"id": {"1"}}, Call: func(api *token.Api) (any, error) {
		return contact.DepartmentSimpleList(api, 1)
	}},
	{Go: "DepartmentGet", Endpoint: "corp/contact/department_get", Query: url.Values{"id": {"7"}}, Call: func(api *token.Api) (any, error) {
		return contact.DepartmentGet(api, 7)
	}},
})

type tagUsers struct {
	TagId     int64
	UserList  []string
	PartyList []int64
}

// untagged is what [contact.TagAddTagUsers] returns, as the answer writes it.
func untagged(res *contact.Untagged, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return struct {
		InvalidList  string
		InvalidParty []int64
	}{strings.Join(res.InvalidList, "|"), res.InvalidParty}, nil
}

var tagRows = slices.Concat(corptest.Rows("TagCreate", "corp/contact/tag_create", func(api *token.Api, in contact.Tag) (any, error) {
	return contact.TagCreate(api, in.TagName, &in.TagId)
}), corptest.Rows("TagUpdate", "corp/contact/tag_update", func(api *token.Api, in contact.Tag) (any, error) {
	return nil, contact.TagUpdate(api, in.TagId, in.TagName)
}), corptest.Rows("TagAddTagUsers", "corp/contact/tag_addtagusers", func(api *token.Api, in tagUsers) (any, error) {
	return untagged(contact.TagAddTagUsers(api, in.TagId, in.UserList, in.PartyList))
}), corptest.Rows("TagDelTagUsers", "corp/contact/tag_deltagusers", func(api *token.Api, in tagUsers) (any, error) {
	return untagged(contact.TagDelTagUsers(api, in.TagId, in.UserList, in.PartyList))
}), []row{
	{Go: "TagDelete", Endpoint: "corp/contact/tag_delete", Query: url.Values{"tagid": {"0"}}, Call: func(api *token.Api) (any, error) {
		return nil, contact.TagDelete(api, 0)
	}},
	{Go: "TagList", Endpoint: "corp/contact/tag_list", Call: func(api *token.Api) (any, error) {
		return contact.TagList(api)
	}},
	{Go: "TagGet", Endpoint: "corp/contact/tag_get", Query: url.Values{"tagid": {"7"}}, Call: func(api *token.Api) (any, error) {
		return contact.TagGet(api, 7)
	}},
})

var importRows = slices.Concat(corptest.Rows("BatchInvite", "corp/contact/batch_invite", func(api *token.Api, in contact.Invite) (any, error) {
	return contact.BatchInvite(api, in)
}), corptest.Rows("BatchSyncUser", "corp/contact/batch_syncuser", func(api *token.Api, in contact.Import) (any, error) {
	return contact.BatchSyncUser(api, in)
}), corptest.Rows("BatchReplaceUser", "corp/contact/batch_replaceuser", func(api *token.Api, in contact.Import) (any, error) {
	return contact.BatchReplaceUser(api, in)
}), corptest.Rows("BatchReplaceParty", "corp/contact/batch_replaceparty", func(api *token.Api, in contact.Import) (any, error) {
	return contact.BatchReplaceParty(api, in.MediaId, in.Callback)
}), []row{
	{Go: "BatchGetResult", Endpoint: "corp/contact/batch_getresult", Query: url.Values{"jobid": {"job"}}, Call: func(api *token.Api) (any, error) {
		return contact.BatchGetResult(api, "job")
	}},
	{
		Go: "WaitImport", Endpoint: "corp/contact/batch_getresult", Query: url.Values{"jobid": {"job"}}, Fixed: map[string]any{"status": 3},
		Call: func(api *token.Api) (any, error) { return contact.WaitImport(api, "job", 0) },
	},
})

type export struct {
	EncodingAESKey string `json:"encoding_aeskey"`
	BlockSize      int    `json:"block_size"`
	TagId          int64
}

var exportRows = slices.Concat(corptest.Rows("ExportSimpleUser", "corp/contact/export_simple_user", func(api *token.Api, in export) (any, error) {
	return contact.ExportSimpleUser(api, in.EncodingAESKey, in.BlockSize)
}), corptest.Rows("ExportUser", "corp/contact/export_user", func(api *token.Api, in export) (any, error) {
	return contact.ExportUser(api, in.EncodingAESKey, in.BlockSize)
}), corptest.Rows("ExportDepartment", "corp/contact/export_department", func(api *token.Api, in export) (any, error) {
	return contact.ExportDepartment(api, in.EncodingAESKey, in.BlockSize)
}), corptest.Rows("ExportTagUser", "corp/contact/export_taguser", func(api *token.Api, in export) (any, error) {
	return contact.ExportTagUser(api, in.TagId, in.EncodingAESKey, in.BlockSize)
}), []row{
	{Go: "ExportGetResult", Endpoint: "corp/contact/export_get_result", Query: url.Values{"jobid": {"job"}}, Call: func(api *token.Api) (any, error) {
		return contact.ExportGetResult(api, "job")
	}},
	{Go: "WaitExport", Endpoint: "corp/contact/export_get_result", Sweep: true, Call: func(api *token.Api) (any, error) {
		return contact.WaitExport(api, "job", 0)
	}},
})
