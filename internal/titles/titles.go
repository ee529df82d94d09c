// Package titles says in two languages what the events are about that WeCom pushes.
package titles

import "slices"

// Title is what a kind of event is about. Kind is the id of the event in the facts without its
// first part.
type Title struct{ Kind, En, Zh string }

// Of is the title of a kind of event; the zero Title if it is unknown.
func Of(kind string) Title {
	for _, t := range All() {
		if t.Kind == kind {
			return t
		}
	}
	return Title{}
}

// All lists the titles of all kinds.
func All() []Title { return slices.Concat(providerTitles, corpTitles) }

// providerTitles are of what concerns the app as a whole, customers and schools.
var providerTitles = []Title{
	{"suite_ticket", "new suite_ticket, every ten minutes", "推送 suite_ticket"},
	{"create_auth", "app installed", "授权成功"},
	{"change_auth", "authorisation changed", "变更授权"},
	{"cancel_auth", "authorisation cancelled", "取消授权"},
	{"create_auth.kf_component", "app installed, with the customer service component", "授权成功（微信客服组件）"},
	{"change_auth.kf_component", "authorisation changed, with the customer service component", "变更授权（微信客服组件）"},
	{"auth.chat_archive", "app installed, with the chat archive component", "授权成功（会话内容存档组件）"},
	{"reset_permanent_code", "permanent code reset", "重置永久授权码"},
	{"change_contact.create_user", "member added", "新增成员"},
	{"change_contact.update_user", "member changed", "更新成员"},
	{"change_contact.delete_user", "member removed", "删除成员"},
	{"change_contact.create_party", "department added", "新增部门"},
	{"change_contact.update_party", "department changed", "更新部门"},
	{"change_contact.delete_party", "department removed", "删除部门"},
	{"change_contact.update_tag", "members of a tag changed", "标签成员变更"},
	{"share_agent_change", "app shared with another corp, or no longer", "共享应用变更"},
	{"share_chain_change", "app shared with downstream corps, or no longer", "上下游共享应用变更"},
	{"corp_arch_auth", "corp structure authorised", "组织架构授权"},
	{"approve_special_auth", "special permission confirmed", "确认特殊权限"},
	{"cancel_special_auth", "special permission withdrawn", "取消特殊权限"},
	{"open_order", "order placed in the app market", "下单成功"},
	{"change_order", "app order changed", "改单"},
	{"pay_for_app_success", "app order paid", "支付成功"},
	{"refund", "app order refunded", "退款"},
	{"change_editon", "app edition changed", "应用版本变更"},
	{"cancel_order", "app order cancelled", "取消订单"},
	{"batch_job_result", "job finished", "异步任务完成"},
	{"customer_acquisition_permit_change", "permission for customer acquisition changed", "获客助手权限变更"},
	{"change_external_contact.add_external_contact", "customer added", "添加客户"},
	{"change_external_contact.edit_external_contact", "customer edited", "编辑客户"},
	{"change_external_contact.add_half_external_contact", "customer added without verification", "免验证添加客户"},
	{"change_external_contact.del_external_contact", "customer deleted by the member", "删除客户"},
	{"change_external_contact.del_follow_user", "member deleted by the customer", "被客户删除"},
	{"change_external_contact.transfer_fail", "customer not handed over", "客户接替失败"},
	{"change_external_contact.add_external_contact.component", "customer added through a link of the component", "通过获客链接添加客户（组件）"},
	{"change_external_contact.msg_audit_approved", "customer agreed to the chat archive", "客户同意会话存档"},
	{"change_external_chat.create", "customer group made", "客户群创建"},
	{"change_external_chat.update", "customer group changed", "客户群变更"},
	{"change_external_chat.dismiss", "customer group dismissed", "客户群解散"},
	{"change_external_tag.create", "customer tag made", "客户标签创建"},
	{"change_external_tag.update", "customer tag changed", "客户标签变更"},
	{"change_external_tag.delete", "customer tag deleted", "客户标签删除"},
	{"change_external_tag.shuffle", "customer tags sorted", "客户标签重排"},
	{"customer_acquisition.balance_low", "acquisition quota low", "获客额度即将耗尽"},
	{"customer_acquisition.balance_exhausted", "acquisition quota used up", "获客额度已耗尽"},
	{"customer_acquisition.balance_increased", "acquisition quota bought", "获客额度增加"},
	{"customer_acquisition.link_unavailable", "acquisition link unusable", "获客链接不可用"},
	{"customer_acquisition.delete_link", "acquisition link deleted", "获客链接删除"},
	{"customer_acquisition.quota_expire_soon", "acquisition quota about to expire", "获客额度即将过期"},
	{"customer_acquisition.open_profile", "profile opened through a link", "通过获客链接打开名片"},
	{"customer_acquisition.friend_request", "contact requested through a link", "通过获客链接申请添加"},
	{"customer_acquisition.customer_start_chat", "customer wrote for the first time", "获客客户首次发起会话"},
	{"customer_acquisition.message_from_customer", "customer wrote several messages", "获客客户多次发送消息"},
	{"customer_acquisition.customer_start_chat.component", "customer wrote for the first time (component)", "获客客户首次发起会话（组件）"},
	{"customer_acquisition.message_from_customer.component", "customer wrote several messages (component)", "获客客户多次发送消息（组件）"},
	{"customer_acquisition.service_balance_low.component", "provider's acquisition quota low", "服务商获客额度即将耗尽"},
	{"customer_acquisition.service_balance_exhausted.component", "provider's acquisition quota used up", "服务商获客额度已耗尽"},
	{"customer_acquisition.service_balance_consumed.component", "provider's acquisition quota used", "服务商获客额度消耗"},
	{"customer_acquisition.change_price.component", "acquisition price changes", "获客价格变更"},
	{"change_school_contact.create_student", "student added", "新增学生"},
	{"change_school_contact.update_student", "student changed", "编辑学生"},
	{"change_school_contact.delete_student", "student removed", "删除学生"},
	{"change_school_contact.create_parent", "parent added", "新增家长"},
	{"change_school_contact.update_parent", "parent changed", "编辑家长"},
	{"change_school_contact.delete_parent", "parent removed", "删除家长"},
	{"change_school_contact.subscribe", "parent follows the school", "家长关注"},
	{"change_school_contact.unsubscribe", "parent no longer follows the school", "家长取消关注"},
	{"change_school_contact.create_department", "school department added", "新增家校部门"},
	{"change_school_contact.update_department", "school department changed", "更新家校部门"},
	{"change_school_contact.delete_department", "school department removed", "删除家校部门"},
	{"change_school_contact.create_deparmtment", "school department added", "新增家校部门"},
	{"change_school_contact.update_deparmtment", "school department changed", "更新家校部门"},
	{"change_school_contact.delete_deparmtment", "school department removed", "删除家校部门"},
	{"change_school_contact_batch", "many school contacts changed", "家校通讯录批量变更"},
	{"conversation_new_message", "new messages in archived chats", "会话存档有新消息"},
	{"hit_keyword", "keyword found in an archived chat", "会话存档命中关键词"},
	{"chat_archive_export_finished", "export of archived chats finished", "会话内容导出完成"},
	{"chat_archive_audit_approved_single", "customer agreed to the archive, in a chat", "客户同意会话存档（单聊）"},
	{"chat_archive_audit_approved_room", "customer agreed to the archive, in a group", "客户同意会话存档（群聊）"},
	{"device_data_auth_change", "authorisation of device data changed", "硬件数据授权变更"},
	{"sys_approval_change", "application changed in WeCom's approval app", "审批申请状态变化"},
	{"register_corp", "corp registered through a link", "注册完成"},
	{"enter_register_package", "registration link opened", "打开推广注册链接"},
	{"license_pay_success", "licence order paid", "接口许可支付成功"},
	{"license_refund", "licence order refunded", "接口许可退款结果"},
	{"auto_activate", "licence accounts activated automatically", "许可账号自动激活"},
	{"agree_external_userid_migration", "migration of external userids agreed to", "同意 external_userid 升级"},
	{"advanced_api_pay_success", "order of an advanced API paid", "高级功能支付成功"},
	{"advanced_api_refund", "order of an advanced API refunded", "高级功能退款"},
	{"advanced_api_cancel", "order of an advanced API cancelled", "高级功能取消订单"},
	{"advanced_api_insufficient", "advanced API: quota not sufficient", "高级功能额度不足"},
	{"advanced_api_expired", "advanced API expired", "高级功能到期"},
	{"advanced_api_trial_expired", "trial of an advanced API expired", "高级功能试用到期"},
	{"device.add_device", "device added", "添加设备"},
	{"device.del_device", "device removed", "删除设备"},
	{"device.remark_device_name", "device renamed", "修改设备名"},
	{"device.connect_info", "device online", "设备上线"},
	{"device.disconnect_info", "device offline", "设备离线"},
	{"device.error_report", "device reported an error", "设备错误上报"},
	{"device.fetch_log_finish", "log of a device can be fetched", "设备日志上传完成"},
	{"device.device_feature_change", "features of a device changed", "设备功能变更"},
}
