// Package externalcontact is for customer contact (客户联系) in a customer's corp: customers and their
// tags, customer groups, 「联系我」 codes, transfers between members, messages to customers, moments,
// acquisition links, and statistics.
//
// # What an app sees
//
// An app sees the customers and groups of the members in its visible range, with the rights of
// 客户联系 that the corp has given it; without the necessary right a call fails with 48002. Userids
// are those of the app's kind. External userids (wm… of WeChat, wo… of WeCom) are the provider's own:
// an app of somebody else gets another id for the same customer. Apps for 营销获客 see only customers
// who came through them (others: 90514).
//
// # Where to begin
//
// [AllCustomers] walks all customers, [Get] reads one. A contact way ([AddContactWay]) is a QR code
// or button by which customers add a member; its state comes with the event add_external_contact,
// and so does the code for [SendWelcomeMsg]. [AddMsgTemplate] asks members to send a mass message,
// [AddMomentTask] to publish a moment.
//
// # Prefixes
//
// All… walks all pages of a list. GroupChat (客户群), GroupMsg (企业群发), Moment (客户朋友圈) and
// CustomerAcquisition (获客助手) begin as WeCom's paths do. Names with Strategy are about rule groups
// (规则组), names with Intercept about sensitive words (敏感词). The values of constants that begin
// with AddedBy, AddedIn, AddedOn and AddedFrom are those of AddWay.
//
// # Pages of WeCom
//
// Customers (客户管理):
//
//   - customer.go: 获取配置了客户联系功能的成员列表 [GetFollowUserList], 获取客户列表 [List],
//     获取客户详情 [Get], [AllFollowUsers]
//   - customers.go: 批量获取客户详情 [BatchGetByUser], [AllByUser], [AllCustomers]
//   - remark.go: 修改客户备注信息 [Remark]
//   - corptag.go: 获取企业标签库 [GetCorpTagList], 添加企业客户标签 [AddCorpTag],
//     编辑企业客户标签 [EditCorpTag], 删除企业客户标签 [DelCorpTag], 编辑客户企业标签 [MarkTag]
//   - strategytag.go: 获取指定规则组下的企业客户标签 [GetStrategyTagList],
//     为指定规则组创建企业客户标签 [AddStrategyTag], 编辑指定规则组下的企业客户标签
//     [EditStrategyTag], 删除指定规则组下的企业客户标签 [DelStrategyTag]
//   - customerstrategy.go: 客户联系规则组管理-获取规则组列表 [CustomerStrategyList],
//     [AllCustomerStrategies], 客户联系规则组管理-获取规则组详情 [CustomerStrategyGet],
//     客户联系规则组管理-获取规则组管理范围 [CustomerStrategyGetRange],
//     [AllCustomerStrategyRange], 客户联系规则组管理-创建新的规则组 [CustomerStrategyCreate],
//     客户联系规则组管理-编辑规则组及其管理范围 [CustomerStrategyEdit],
//     客户联系规则组管理-删除规则组 [CustomerStrategyDel]
//   - convert.go: 企业主体unionid转换为第三方external_userid [UnionIdToExternalUserId],
//     外部联系人openid转换 [ConvertToOpenId], 手机号转外部联系人ID [BatchToExternalUserId],
//     客户群opengid转换 [OpenGidToChatId]
//
// Handing over (在职继承, 离职继承):
//
//   - transfer.go: 在职继承-分配在职成员的客户 [TransferCustomer], 离职继承-分配离职成员的客户
//     [ResignedTransferCustomer], 在职继承-查询客户接替状态 [TransferResult], [AllTransfers],
//     离职继承-查询客户接替状态 [ResignedTransferResult], [AllResignedTransfers],
//     离职继承-获取待分配的离职成员列表 [GetUnassignedList], [AllUnassigned]
//   - groupchattransfer.go: 离职继承-分配离职成员的客户群 [GroupChatTransfer],
//     在职继承-分配在职成员的客户群 [GroupChatOnJobTransfer]
//
// Customer groups (客户群管理):
//
//   - groupchat.go: 获取客户群列表 [GroupChatList], [AllGroupChats], 获取客户群详情
//     [GroupChatGet]
//   - joinway.go: 配置客户群进群方式 [GroupChatAddJoinWay], 获取客户群进群方式配置
//     [GroupChatGetJoinWay], 更新客户群进群方式配置 [GroupChatUpdateJoinWay],
//     删除客户群进群方式配置 [GroupChatDelJoinWay]
//
// Contact codes and messages (联系我, 消息推送):
//
//   - contactway.go: 配置客户联系「联系我」方式 [AddContactWay], 获取企业已配置的「联系我」方式
//     [GetContactWay], 获取企业已配置的「联系我」列表 [ListContactWay], [AllContactWays],
//     更新企业已配置的「联系我」方式 [UpdateContactWay], 删除企业已配置的「联系我」方式
//     [DelContactWay], 结束临时会话 [CloseTempChat]
//   - message.go: 发送新客户欢迎语 [SendWelcomeMsg], 创建企业群发 [AddMsgTemplate]
//   - groupmsg.go: 获取群发记录列表 [GetGroupMsgListV2], [AllGroupMsgs], 获取群发成员发送任务列表
//     [GetGroupMsgTask], [AllGroupMsgTasks], 获取企业群发成员执行结果 [GetGroupMsgSendResult],
//     [AllGroupMsgSends], 提醒成员群发 [RemindGroupMsgSend], 停止企业群发 [CancelGroupMsgSend]
//   - groupwelcome.go: 添加入群欢迎语素材 [GroupWelcomeTemplateAdd], 编辑入群欢迎语素材
//     [GroupWelcomeTemplateEdit], 获取入群欢迎语素材 [GroupWelcomeTemplateGet],
//     删除入群欢迎语素材 [GroupWelcomeTemplateDel]
//
// Moments (客户朋友圈):
//
//   - moment.go: 获取企业全部的发表列表 [GetMomentList], [AllMoments],
//     获取客户朋友圈企业发表的列表 [GetMomentTask], [AllMomentPublishers],
//     获取客户朋友圈发表时选择的可见范围 [GetMomentCustomerList], [AllMomentCustomers],
//     获取客户朋友圈发表后的可见客户列表 [GetMomentSendResult], [AllMomentViewers],
//     获取客户朋友圈的互动数据 [GetMomentComments]
//   - momenttask.go: 创建发表任务 [AddMomentTask], 获取任务创建结果 [GetMomentTaskResult],
//     [WaitMomentTask], 停止发表企业朋友圈 [CancelMomentTask]
//   - momentstrategy.go: 客户朋友圈规则组管理-获取规则组列表 [MomentStrategyList],
//     [AllMomentStrategies], 客户朋友圈规则组管理-获取规则组详情 [MomentStrategyGet],
//     客户朋友圈规则组管理-获取规则组管理范围 [MomentStrategyGetRange], [AllMomentStrategyRange],
//     客户朋友圈规则组管理-创建新的规则组 [MomentStrategyCreate],
//     客户朋友圈规则组管理-编辑规则组及其管理范围 [MomentStrategyEdit],
//     客户朋友圈规则组管理-删除规则组 [MomentStrategyDel]
//
// Customer acquisition (获客助手):
//
//   - acquisition.go: 获取获客链接列表 [CustomerAcquisitionListLink], [AllAcquisitionLinks],
//     获取获客链接详情 [CustomerAcquisitionGet], 创建获客链接 [CustomerAcquisitionCreateLink],
//     编辑获客链接 [CustomerAcquisitionUpdateLink], 删除获客链接 [CustomerAcquisitionDeleteLink]
//   - acquired.go: 获取获客客户列表 [CustomerAcquisitionCustomer], [AllAcquiredCustomers],
//     查询剩余使用量 [CustomerAcquisitionQuota], 查询链接使用详情 [CustomerAcquisitionStatistic],
//     获取成员多次收消息详情 [CustomerAcquisitionGetChatInfo], 获取客户可建联成员
//     [CustomerAcquisitionAppGetPermit]
//   - acquisitioncomponent.go: 获取组件授权信息 [CustomerAcquisitionGetCompAuthInfo],
//     生成代支付key [CustomerAcquisitionCreateOnceKey]
//
// Other pages:
//
//   - productalbum.go: 创建商品图册 [AddProductAlbum], 获取商品图册列表 [GetProductAlbumList],
//     [AllProducts], 获取商品图册 [GetProductAlbum], 编辑商品图册 [UpdateProductAlbum],
//     删除商品图册 [DeleteProductAlbum]
//   - interceptrule.go: 新建敏感词规则 [AddInterceptRule], 获取敏感词规则列表
//     [GetInterceptRuleList], 获取敏感词规则详情 [GetInterceptRule], 修改敏感词规则
//     [UpdateInterceptRule], 删除敏感词规则 [DelInterceptRule]
//   - statistic.go: 获取「联系客户统计」数据 [GetUserBehaviorData],
//     获取「群聊数据统计」数据-按群主聚合的方式 [GroupChatStatistic], [AllOwnerData],
//     获取「群聊数据统计」数据-按自然日聚合的方式 [GroupChatStatisticGroupByDay]
//   - subscribe.go: 获取「学校通知」二维码 [GetSubscribeQrCode], 设置关注「学校通知」的模式
//     [SetSubscribeMode], 获取关注「学校通知」的模式 [GetSubscribeMode]
//   - schoolnotice.go: 发送「学校通知」 [MessageSend]
package externalcontact

import (
	"iter"
	"net/url"
	"slices"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

func query(name, value string) url.Values { return url.Values{name: {value}} }

func checkUser(userId string) error { return check.Required("userid", userId) }

func checkExternal(externalUserId string) error {
	return check.Required("external_userid", externalUserId)
}

// walk gives the items of all pages. split takes a page apart: its items, and the cursor of the
// next page.
func walk[P, T any](api *token.Api, page func(cursor string) (*P, error), split func(*P) ([]T, string)) iter.Seq2[T, error] {
	return paging.All(api.Context(), "", func(cursor string) ([]T, string, error) {
		p, err := page(cursor)
		if err != nil {
			return nil, "", err
		}
		items, next := split(p)
		return items, next, nil
	})
}

// inParts walks with at most size ids at a time, and once without any if there are none. It
// stops at the first error.
func inParts[T any](ids []string, size int, walk func(part []string) iter.Seq2[T, error]) iter.Seq2[T, error] {
	if len(ids) <= size {
		return walk(ids)
	}
	return func(yield func(T, error) bool) {
		for part := range slices.Chunk(ids, size) {
			for item, err := range walk(part) {
				if !yield(item, err) || err != nil {
					return
				}
			}
		}
	}
}
