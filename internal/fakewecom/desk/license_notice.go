package desk

import (
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// tell queues a system event of the provider.
func (d *desk) tell(infoType, authCorpId string, fields ...platform.Field) {
	all := []platform.Field{
		platform.Text("ServiceCorpId", d.provider), platform.Text("InfoType", infoType), platform.Text("AuthCorpId", authCorpId),
	}
	all = append(append(all, fields...), platform.Number("TimeStamp", d.host.PushTime()))
	d.host.Tell(platform.Target{Channel: spec.ChannelSystem, CorpId: d.provider}, all...)
}

// tellSuite queues an app-market event of a suite.
func (d *desk) tellSuite(suiteId, infoType, paidCorpId string, fields ...platform.Field) {
	all := []platform.Field{
		platform.Text("SuiteId", suiteId), platform.Text("PaidCorpId", paidCorpId), platform.Text("InfoType", infoType),
		platform.Number("TimeStamp", d.host.PushTime()),
	}
	to := platform.Target{Channel: spec.ChannelInstruction, SuiteId: suiteId}
	if d.host.Suite(suiteId).Template {
		to.Channel = spec.ChannelTemplate
	}
	d.host.Tell(to, append(all, fields...)...)
}

// tellUnlicensed queues unlicensed_notify for one app.
func (d *desk) tellUnlicensed(in *platform.Install, userId string) {
	d.host.Tell(platform.Target{Channel: spec.ChannelData, SuiteId: in.SuiteId(), CorpId: in.Corp.Id},
		append(d.host.EventHead(in.Corp.Id, userId, "unlicensed_notify"), platform.Number("AgentID", in.AgentId))...)
}
