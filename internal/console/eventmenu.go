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

// eventMenu groups events as the menu of WeCom's documents does: the first group counts of whose
// words an id contains one.
var eventMenu = []struct {
	zh, en string
	has    []string
}{
	{"客户标签", "Customer tags", []string{"external_tag"}},
	{"客户群", "Customer groups", []string{"external_chat"}},
	{"客户联系", "Customers", []string{"change_external_contact"}},
	{"获客助手", "Customer acquisition", []string{"acquisition"}},
	{"家校通讯录", "School contacts", []string{"school"}},
	{"接口调用许可", "Licences", []string{"license", "auto_activate", "unlicensed"}},
	{"高级接口", "Advanced API", []string{"advanced_api"}},
	{"智慧硬件", "Hardware", []string{"device"}},
	{"应用版本付费", "App orders", []string{"order", "pay_for_app", "refund", "change_editon"}},
	{"上下游与互联", "Linked corps", []string{"share_", "chain", "corp_arch"}},
	{"通讯录", "Address book", []string{"change_contact", "batch_job"}},
	{"数据与智能", "Data and AI", []string{"data_permission", "chat_archive", "hit_keyword", "conversation", "msgaudit", "program_notify"}},
	{"微信客服", "Customer service", []string{"kf_"}},
	{"授权", "Authorisation", []string{"suite_ticket", "_auth", "permanent", "register", "agree_"}},
	{"成员发来的消息", "Messages from members", []string{"msg."}},
	{"卡片与菜单", "Cards and menu", []string{"template_card", "click", "view", "scancode", "pic_", "location_select"}},
	{"审批", "Approval", []string{"approval"}},
	{"文档", "Documents", []string{"doc_change", "smart_sheet"}},
	{"日程与会议", "Calendar and meetings", []string{"calendar", "schedule", "meeting", "living"}},
	{"微盘", "WeDrive", []string{"wedrive"}},
	{"应用活跃与管理", "App activity", []string{"active", "admin"}},
}

// eventGroups lists all events, those of a group together.
func (l language) eventGroups() (list []eventGroup) {
	for _, e := range spec.Events() {
		name := l.t("其他", "Other")
		for _, m := range eventMenu {
			if slices.ContainsFunc(m.has, func(word string) bool { return strings.Contains(e.Id, word) }) {
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
