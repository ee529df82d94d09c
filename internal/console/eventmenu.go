package console

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/titles"
)

// eventGroup is a part of the list of events.
type eventGroup struct {
	Name   string
	Events []eventItem
}

// eventItem is an event that can be chosen.
type eventItem struct{ Id, Short, Channel, Title string }

// eventMenu groups events as the menu of WeCom's documents does: the first line counts whose
// word an id contains.
var eventMenu = []struct{ has, zh, en string }{
	{"external_tag", "客户标签", "Customer tags"}, {"external_chat", "客户群", "Customer groups"},
	{"change_external_contact", "客户联系", "Customers"}, {"acquisition", "获客助手", "Customer acquisition"},
	{"school", "家校通讯录", "School contacts"},
	{"license", "接口调用许可", "Licences"}, {"auto_activate", "接口调用许可", "Licences"}, {"unlicensed", "接口调用许可", "Licences"},
	{"advanced_api", "高级接口", "Advanced API"}, {"device", "智慧硬件", "Hardware"},
	{"order", "应用版本付费", "App orders"}, {"pay_for_app", "应用版本付费", "App orders"}, {"refund", "应用版本付费", "App orders"}, {"change_editon", "应用版本付费", "App orders"},
	{"share_", "上下游与互联", "Linked corps"}, {"chain", "上下游与互联", "Linked corps"}, {"corp_arch", "上下游与互联", "Linked corps"},
	{"change_contact", "通讯录", "Address book"}, {"batch_job", "通讯录", "Address book"},
	{"data_permission", "数据与智能", "Data and AI"}, {"chat_archive", "数据与智能", "Data and AI"}, {"hit_keyword", "数据与智能", "Data and AI"},
	{"conversation", "数据与智能", "Data and AI"}, {"msgaudit", "数据与智能", "Data and AI"}, {"program_notify", "数据与智能", "Data and AI"},
	{"kf_", "微信客服", "Customer service"},
	{"suite_ticket", "授权", "Authorisation"}, {"_auth", "授权", "Authorisation"}, {"permanent", "授权", "Authorisation"}, {"register", "授权", "Authorisation"}, {"agree_", "授权", "Authorisation"},
	{"msg.", "成员发来的消息", "Messages from members"},
	{"template_card", "卡片与菜单", "Cards and menu"}, {"taskcard", "卡片与菜单", "Cards and menu"}, {"click", "卡片与菜单", "Cards and menu"}, {"view", "卡片与菜单", "Cards and menu"},
	{"scancode", "卡片与菜单", "Cards and menu"}, {"pic_", "卡片与菜单", "Cards and menu"}, {"location_select", "卡片与菜单", "Cards and menu"},
	{"approval", "审批", "Approval"}, {"doc_change", "文档", "Documents"}, {"form", "文档", "Documents"}, {"smart_sheet", "文档", "Documents"},
	{"calendar", "日程与会议", "Calendar and meetings"}, {"schedule", "日程与会议", "Calendar and meetings"}, {"meeting", "日程与会议", "Calendar and meetings"}, {"living", "日程与会议", "Calendar and meetings"},
	{"wedrive", "微盘", "WeDrive"}, {"active", "应用活跃与管理", "App activity"}, {"admin", "应用活跃与管理", "App activity"},
}

// eventGroups lists all events, those of a group together.
func (l language) eventGroups() (list []eventGroup) {
	for _, e := range spec.Events() {
		name := l.t("其他", "Other")
		for _, m := range eventMenu {
			if strings.Contains(e.Id, m.has) {
				name = l.t(m.zh, m.en)
				break
			}
		}
		at := slices.IndexFunc(list, func(g eventGroup) bool { return g.Name == name })
		if at < 0 {
			at = len(list)
			list = append(list, eventGroup{Name: name})
		}
		list[at].Events = append(list[at].Events, eventItem{e.Id, e.Short(), l.channelOf(e.Channel), l.titleOf(e.Short())})
	}
	return list
}

// titleOf is what an event is about.
func (l language) titleOf(kind string) string {
	x := titles.Of(kind)
	return l.t(x.Zh, x.En)
}

// channelOf is the name of a channel of the facts.
func (l language) channelOf(channel string) string {
	switch channel {
	case spec.ChannelInstruction:
		return l.t("指令", "command")
	case spec.ChannelTemplate:
		return l.t("模板", "template")
	case spec.ChannelData:
		return l.t("数据", "data")
	}
	return l.t("系统", "system")
}
