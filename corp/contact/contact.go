// Package contact reads and changes the address book of a customer's corp (通讯录管理): members,
// departments and tags. It also imports and exports them.
//
// # What an app sees
//
// An app reads what is in its visible range. Third-party apps get ids, departments and states, but
// hardly anything else: WeCom's own display component shows the names, and userids are the encrypted
// ones. The comment of each function says who may write: in most cases only a provider that the corp
// has authorised to edit its address book (通讯录编辑授权), and never a customised app. A call without
// the necessary right fails with 48002; one for members or departments that the app does not see
// fails with 60011, 60111 or 60123.
//
// # Prefixes
//
// Names begin with the object, as in WeCom's paths: User (成员), Department (部门), Tag (标签), Batch
// (异步导入), Export (异步导出). All… walks all pages of a list. Exported… reads the files of an export.
//
// # Pages of WeCom
//
//   - user.go: 读取成员 [UserGet], 删除成员 [UserDelete], 批量删除成员 [UserBatchDelete]
//   - useredit.go: 创建成员 [UserCreate], 更新成员 [UserUpdate]
//   - userlist.go: 获取部门成员 [UserSimpleList], 获取部门成员详情 [UserList], [AllSimpleUsers],
//     [AllUsers]
//   - userid.go: userid转openid [UserConvertToOpenId], openid转userid [UserConvertToUserId],
//     手机号获取userid [UserGetUserId], 邮箱获取userid [UserGetUserIdByEmail],
//     获取选人ticket对应的用户 [UserListSelectedTicketUser], 获取成员ID列表 [UserListId],
//     [AllUserIds], 获取成员授权列表 [UserListMemberAuth], [AllMemberAuths],
//     查询成员用户是否已授权 [UserCheckMemberAuth]
//   - department.go: 创建部门 [DepartmentCreate], 更新部门 [DepartmentUpdate], 删除部门
//     [DepartmentDelete], 获取部门列表 [DepartmentList], 获取子部门ID列表 [DepartmentSimpleList],
//     获取单个部门详情 [DepartmentGet]
//   - tag.go: 创建标签 [TagCreate], 更新标签名字 [TagUpdate], 删除标签 [TagDelete], 获取标签列表
//     [TagList], 获取标签成员 [TagGet], 增加标签成员 [TagAddTagUsers], 删除标签成员
//     [TagDelTagUsers]
//   - import.go: 邀请成员 [BatchInvite], 增量更新成员 [BatchSyncUser], 全量覆盖成员
//     [BatchReplaceUser], 全量覆盖部门 [BatchReplaceParty], 获取异步任务结果 [BatchGetResult],
//     [WaitImport]
//   - export.go: [NewExportKey], 导出成员 [ExportSimpleUser], 导出成员详情 [ExportUser], 导出部门
//     [ExportDepartment], 导出标签成员 [ExportTagUser], 获取导出结果 [ExportGetResult],
//     [WaitExport]
//   - exported.go: [ExportedUsers], [ExportedDepartments], [ExportedTag]
//   - decrypt.go: [OpenExport]
//   - approval.go: 查询第三方应用审批申请当前状态 [CorpGetOpenApprovalData]
package contact

import (
	"net/url"
	"strconv"

	"github.com/gothird/wecom/internal/check"
)

// number is the query with an id.
func number(name string, id int64) url.Values {
	return query(name, strconv.FormatInt(id, 10))
}

func checkUser(userId string) error { return check.Id("userid", userId, 64) }

func query(name, value string) url.Values { return url.Values{name: {value}} }
