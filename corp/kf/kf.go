// Package kf is for customer service (微信客服) in a customer's corp: its accounts, the servicers who
// answer, the conversations with customers, their messages, and statistics.
//
// # Messages
//
// The event kf_msg_or_event says that an account has new messages. [AllMsg] reads them and
// [SendMsg] answers. [SendMsgOnEvent] sends the welcome message and the messages about a change of
// state.
//
// The app manages those accounts that the corp has opened to it (others: error 48007), and their
// servicers must be in its visible range. In third-party apps userids are the encrypted ones.
//
// # Prefixes
//
// Names begin as WeCom's paths do: Account (客服账号), Servicer (接待人员), ServiceState (会话状态),
// Customer (客户). FromX says who wrote a message, StateX who has a conversation.
//
// # Pages of WeCom
//
//   - account.go: 添加客服账号 [AccountAdd], 获取客服账号列表 [AccountList], [AllAccounts],
//     修改客服账号 [AccountUpdate], 删除客服账号 [AccountDel], 获取客服账号链接 [AddContactWay]
//   - servicer.go: 添加接待人员 [ServicerAdd], 删除接待人员 [ServicerDel], 获取接待人员列表
//     [ServicerList]
//   - sync.go: 读取消息 [SyncMsg], [AllMsg]
//   - send.go: 发送消息 [SendMsg], 发送欢迎语等事件响应消息 [SendMsgOnEvent]
//   - servicestate.go: 获取会话状态 [ServiceStateGet], 变更会话状态 [ServiceStateTrans]
//   - customer.go: 获取客户基础信息 [CustomerBatchGet]
//   - upgrade.go: 获取配置的专员与客户群 [CustomerGetUpgradeServiceConfig],
//     为客户升级为专员或客户群服务 [CustomerUpgradeService], 为客户取消推荐
//     [CustomerCancelUpgradeService]
//   - statistic.go: 获取「客户数据统计」企业汇总数据 [GetCorpStatistic],
//     获取「客户数据统计」接待人员明细数据 [GetServicerStatistic], 获取客服数据统计
//     [GetStatistic], 获取视频号绑定状态 [GetCorpQualification]
package kf

import (
	"cmp"

	"github.com/gothird/wecom/internal/check"
)

func checkAccount(openKfId string) error { return check.Id("open_kfid", openKfId, 64) }

// checkPlain returns an error for a text that is longer than 32 bytes, or has other
// characters than 0-9a-zA-Z_-.
func checkPlain(field, value string) error {
	return cmp.Or(check.Plain(field, value, "_-"), check.Bytes(field, value, 32))
}
