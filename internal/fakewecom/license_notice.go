package fakewecom

import "github.com/gothird/wecom/internal/spec"

// tell queues a system event of the provider.
func (d *licenseDesk) tell(infoType, authCorpId string, fields ...Field) {
	all := []Field{
		Text("ServiceCorpId", d.provider), Text("InfoType", infoType), Text("AuthCorpId", authCorpId),
	}
	all = append(append(all, fields...), Number("TimeStamp", d.unix()))
	d.host.Tell(Target{Channel: spec.ChannelSystem, CorpId: d.provider}, all...)
}

// tellSuite queues an app-market event of a suite.
func (d *licenseDesk) tellSuite(suiteId, infoType, paidCorpId string, fields ...Field) {
	all := []Field{
		Text("SuiteId", suiteId), Text("PaidCorpId", paidCorpId), Text("InfoType", infoType),
		Number("TimeStamp", d.unix()),
	}
	to := Target{Channel: spec.ChannelInstruction, SuiteId: suiteId}
	if d.host.Suite(suiteId).Template {
		to.Channel = spec.ChannelTemplate
	}
	d.host.Tell(to, append(all, fields...)...)
}

// tellUnlicensed queues unlicensed_notify for one app.
func (d *licenseDesk) tellUnlicensed(in *Install, userId string) {
	d.host.Tell(Target{Channel: spec.ChannelData, SuiteId: in.SuiteId(), CorpId: in.Corp.Id},
		Text("ToUserName", in.Corp.Id), Text("FromUserName", userId), Number("CreateTime", d.unix()),
		Text("MsgType", "event"), Text("Event", "unlicensed_notify"), Number("AgentID", in.AgentId))
}
