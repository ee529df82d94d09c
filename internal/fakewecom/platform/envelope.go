package platform

import "github.com/gothird/wecom/internal/spec"

// EventHead are the first fields of an event on the 数据回调URL of an app. from is "sys", or the
// member who has caused it.
func (h *Host) EventHead(corpId, from, event string) []Field {
	return []Field{Text("ToUserName", corpId), Text("FromUserName", from), Number("CreateTime", h.PushTime()),
		Text("MsgType", "event"), Text("Event", event)}
}

// TellInstall queues an event of a kind for one app of a corp: a third-party app hears of it on
// its 指令回调URL, a customised one on its own. fields are those after the common ones.
func (h *Host) TellInstall(in *Install, kind string, fields ...Field) {
	to := Target{Channel: spec.ChannelInstruction, SuiteId: in.SuiteId(), CorpId: in.Corp.Id}
	head := []Field{Text("SuiteId", to.SuiteId), Text("AuthCorpId", to.CorpId), Text("InfoType", kind), Number("TimeStamp", h.PushTime())}
	if h.Suite(to.SuiteId).Template {
		to.Channel, head = spec.ChannelData, h.EventHead(to.CorpId, "sys", kind)
	}
	h.Tell(to, append(head, fields...)...)
}
