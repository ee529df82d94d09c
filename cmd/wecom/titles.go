package main

import (
	"slices"

	"github.com/gothird/wecom/internal/spec"
)

// title is what a kind of event is about; its name is the id in the facts without the first
// part.
type title struct {
	kind string
	text text
}

// titleOf is the title of a kind of event; the zero text if it is unknown.
func titleOf(kind string) text {
	for _, t := range slices.Concat(providerTitles, corpTitles) {
		if t.kind == kind {
			return t.text
		}
	}
	return text{}
}

// titleOfPush is the title of a push with this InfoType, Event or MsgType, and ChangeType: of
// its family if the ChangeType is a new one.
func titleOfPush(name, changeType string) (t text) {
	if name == "" {
		return text{}
	}
	for _, e := range spec.Events() {
		if e.InfoType != name && e.Event != name && (e.MsgType != name || e.Form != spec.FormMessage) {
			continue
		}
		if e.ChangeType == changeType {
			return titleOf(e.Short())
		}
		if e.ChangeType == "" || e.Short() == name {
			t = titleOf(e.Short())
		}
	}
	return t
}

// providerTitles are of what concerns the app as a whole, customers and schools.
var providerTitles = []title{
	{"suite_ticket", text{"new suite_ticket, every ten minutes", "推送 suite_ticket"}},
	{"create_auth", text{"app installed", "授权成功"}},
	{"change_auth", text{"authorisation changed", "变更授权"}},
	{"cancel_auth", text{"authorisation cancelled", "取消授权"}},
	{"create_auth.kf_component", text{"app installed, with the customer service component", "授权成功（微信客服组件）"}},
	{"change_auth.kf_component", text{"authorisation changed, with the customer service component", "变更授权（微信客服组件）"}},
	{"auth.chat_archive", text{"app installed, with the chat archive component", "授权成功（会话内容存档组件）"}},
	{"reset_permanent_code", text{"permanent code reset", "重置永久授权码"}},
	{"change_contact.create_user", text{"member added", "新增成员"}},
	{"change_contact.update_user", text{"member changed", "更新成员"}},
	{"change_contact.delete_user", text{"member removed", "删除成员"}},
	{"change_contact.create_party", text{"department added", "新增部门"}},
	{"change_contact.update_party", text{"department changed", "更新部门"}},
	{"change_contact.delete_party", text{"department removed", "删除部门"}},
	{"change_contact.update_tag", text{"members of a tag changed", "标签成员变更"}},
	{"share_agent_change", text{"app shared with another corp, or no longer", "共享应用变更"}},
	{"share_chain_change", text{"app shared with downstream corps, or no longer", "上下游共享应用变更"}},
	{"corp_arch_auth", text{"corp structure authorised", "组织架构授权"}},
	{"approve_special_auth", text{"special permission confirmed", "确认特殊权限"}},
	{"cancel_special_auth", text{"special permission withdrawn", "取消特殊权限"}},
	{"open_order", text{"order placed in the app market", "下单成功"}},
	{"change_order", text{"app order changed", "改单"}},
	{"pay_for_app_success", text{"app order paid", "支付成功"}},
	{"refund", text{"app order refunded", "退款"}},
	{"change_editon", text{"app edition changed", "应用版本变更"}},
	{"cancel_order", text{"app order cancelled", "取消订单"}},
	{"batch_job_result", text{"job finished", "异步任务完成"}},
	{"customer_acquisition_permit_change", text{"permission for customer acquisition changed", "获客助手权限变更"}},
	{"change_external_contact.add_external_contact", text{"customer added", "添加客户"}},
	{"change_external_contact.edit_external_contact", text{"customer edited", "编辑客户"}},
	{"change_external_contact.add_half_external_contact", text{"customer added without verification", "免验证添加客户"}},
	{"change_external_contact.del_external_contact", text{"customer deleted by the member", "删除客户"}},
	{"change_external_contact.del_follow_user", text{"member deleted by the customer", "被客户删除"}},
	{"change_external_contact.transfer_fail", text{"customer not handed over", "客户接替失败"}},
	{"change_external_contact.add_external_contact.component", text{"customer added through a link of the component", "通过获客链接添加客户（组件）"}},
	{"change_external_contact.msg_audit_approved", text{"customer agreed to the chat archive", "客户同意会话存档"}},
	{"change_external_chat.create", text{"customer group made", "客户群创建"}},
	{"change_external_chat.update", text{"customer group changed", "客户群变更"}},
	{"change_external_chat.dismiss", text{"customer group dismissed", "客户群解散"}},
	{"change_external_tag.create", text{"customer tag made", "客户标签创建"}},
	{"change_external_tag.update", text{"customer tag changed", "客户标签变更"}},
	{"change_external_tag.delete", text{"customer tag deleted", "客户标签删除"}},
	{"change_external_tag.shuffle", text{"customer tags sorted", "客户标签重排"}},
	{"customer_acquisition.balance_low", text{"acquisition quota low", "获客额度即将耗尽"}},
	{"customer_acquisition.balance_exhausted", text{"acquisition quota used up", "获客额度已耗尽"}},
	{"customer_acquisition.balance_increased", text{"acquisition quota bought", "获客额度增加"}},
	{"customer_acquisition.link_unavailable", text{"acquisition link unusable", "获客链接不可用"}},
	{"customer_acquisition.delete_link", text{"acquisition link deleted", "获客链接删除"}},
	{"customer_acquisition.quota_expire_soon", text{"acquisition quota about to expire", "获客额度即将过期"}},
	{"customer_acquisition.open_profile", text{"profile opened through a link", "通过获客链接打开名片"}},
	{"customer_acquisition.friend_request", text{"contact requested through a link", "通过获客链接申请添加"}},
	{"customer_acquisition.customer_start_chat", text{"customer wrote for the first time", "获客客户首次发起会话"}},
	{"customer_acquisition.message_from_customer", text{"customer wrote several messages", "获客客户多次发送消息"}},
	{"customer_acquisition.customer_start_chat.component", text{"customer wrote for the first time (component)", "获客客户首次发起会话（组件）"}},
	{"customer_acquisition.message_from_customer.component", text{"customer wrote several messages (component)", "获客客户多次发送消息（组件）"}},
	{"customer_acquisition.service_balance_low.component", text{"provider's acquisition quota low", "服务商获客额度即将耗尽"}},
	{"customer_acquisition.service_balance_exhausted.component", text{"provider's acquisition quota used up", "服务商获客额度已耗尽"}},
	{"customer_acquisition.service_balance_consumed.component", text{"provider's acquisition quota used", "服务商获客额度消耗"}},
	{"customer_acquisition.change_price.component", text{"acquisition price changes", "获客价格变更"}},
	{"change_school_contact.create_student", text{"student added", "新增学生"}},
	{"change_school_contact.update_student", text{"student changed", "编辑学生"}},
	{"change_school_contact.delete_student", text{"student removed", "删除学生"}},
	{"change_school_contact.create_parent", text{"parent added", "新增家长"}},
	{"change_school_contact.update_parent", text{"parent changed", "编辑家长"}},
	{"change_school_contact.delete_parent", text{"parent removed", "删除家长"}},
	{"change_school_contact.subscribe", text{"parent follows the school", "家长关注"}},
	{"change_school_contact.unsubscribe", text{"parent no longer follows the school", "家长取消关注"}},
	{"change_school_contact.create_department", text{"school department added", "新增家校部门"}},
	{"change_school_contact.update_department", text{"school department changed", "更新家校部门"}},
	{"change_school_contact.delete_department", text{"school department removed", "删除家校部门"}},
	{"change_school_contact.create_deparmtment", text{"school department added", "新增家校部门"}},
	{"change_school_contact.update_deparmtment", text{"school department changed", "更新家校部门"}},
	{"change_school_contact.delete_deparmtment", text{"school department removed", "删除家校部门"}},
	{"change_school_contact_batch", text{"many school contacts changed", "家校通讯录批量变更"}},
	{"conversation_new_message", text{"new messages in archived chats", "会话存档有新消息"}},
	{"hit_keyword", text{"keyword found in an archived chat", "会话存档命中关键词"}},
	{"chat_archive_export_finished", text{"export of archived chats finished", "会话内容导出完成"}},
	{"chat_archive_audit_approved_single", text{"customer agreed to the archive, in a chat", "客户同意会话存档（单聊）"}},
	{"chat_archive_audit_approved_room", text{"customer agreed to the archive, in a group", "客户同意会话存档（群聊）"}},
	{"device_data_auth_change", text{"authorisation of device data changed", "硬件数据授权变更"}},
	{"sys_approval_change", text{"application changed in WeCom's approval app", "审批申请状态变化"}},
	{"register_corp", text{"corp registered through a link", "注册完成"}},
	{"enter_register_package", text{"registration link opened", "打开推广注册链接"}},
	{"license_pay_success", text{"licence order paid", "接口许可支付成功"}},
	{"license_refund", text{"licence order refunded", "接口许可退款结果"}},
	{"auto_activate", text{"licence accounts activated automatically", "许可账号自动激活"}},
	{"agree_external_userid_migration", text{"migration of external userids agreed to", "同意 external_userid 升级"}},
	{"advanced_api_pay_success", text{"order of an advanced API paid", "高级功能支付成功"}},
	{"advanced_api_refund", text{"order of an advanced API refunded", "高级功能退款"}},
	{"advanced_api_cancel", text{"order of an advanced API cancelled", "高级功能取消订单"}},
	{"advanced_api_insufficient", text{"advanced API: quota not sufficient", "高级功能额度不足"}},
	{"advanced_api_expired", text{"advanced API expired", "高级功能到期"}},
	{"advanced_api_trial_expired", text{"trial of an advanced API expired", "高级功能试用到期"}},
	{"device.add_device", text{"device added", "添加设备"}},
	{"device.del_device", text{"device removed", "删除设备"}},
	{"device.remark_device_name", text{"device renamed", "修改设备名"}},
	{"device.connect_info", text{"device online", "设备上线"}},
	{"device.disconnect_info", text{"device offline", "设备离线"}},
	{"device.error_report", text{"device reported an error", "设备错误上报"}},
	{"device.fetch_log_finish", text{"log of a device can be fetched", "设备日志上传完成"}},
	{"device.device_feature_change", text{"features of a device changed", "设备功能变更"}},
}
