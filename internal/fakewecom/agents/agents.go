// Package agents plays the apps (应用) that the corps of the fake WeCom have: what is known of
// one, and what members see of it on their workbench (工作台).
package agents

import (
	"strconv"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

type obj = platform.Obj

// Agents keeps the workbenches of all corps.
type Agents struct {
	host    *platform.Host
	within  Range
	benches map[app]*workbench
}

// app is one of a corp.
type app struct{ suiteId, corpId string }

// Range is the visible range of the app of a call: departments with all below them, and single
// members. It runs under the platform's lock.
type Range func(c *platform.Call) (userIds []string, departments []int64)

// New adds the apps to a platform.
func New(p *platform.Platform, within Range) *Agents {
	a := &Agents{within: within, benches: map[app]*workbench{}}
	a.host = p.Join(platform.Part{Handlers: map[string]platform.Handler{
		"/cgi-bin/agent/get":                      a.get,
		"/cgi-bin/agent/list":                     a.list,
		"/cgi-bin/agent/set_workbench_template":   a.asked(a.noted(a.setTemplate)),
		"/cgi-bin/agent/get_workbench_template":   a.asked(a.getTemplate),
		"/cgi-bin/agent/set_workbench_data":       a.asked(a.noted(a.setData)),
		"/cgi-bin/agent/batch_set_workbench_data": a.asked(a.noted(a.batchSetData)),
		"/cgi-bin/agent/get_workbench_data":       a.asked(a.getData),
	}, Cancelled: a.cancelled, State: a})
	return a
}

// asked answers for the app whose agentid is in the body.
func (a *Agents) asked(answer func(c *platform.Call, w *workbench) (obj, error)) platform.Handler {
	return func(c *platform.Call) (platform.Obj, error) {
		if err := a.host.OwnAgent(c, c.Int("agentid")); err != nil {
			return nil, err
		}
		key := app{c.SuiteId(), c.Corp().Id}
		if a.benches[key] == nil {
			a.benches[key] = &workbench{data: map[string]obj{}}
		}
		return answer(c, a.benches[key])
	}
}

// noted tells the change feed of a workbench.
func (a *Agents) noted(answer func(c *platform.Call, w *workbench) (obj, error)) func(c *platform.Call, w *workbench) (obj, error) {
	return func(c *platform.Call, w *workbench) (obj, error) {
		a.host.Note(platform.ChangedAgent, c.SuiteId(), c.Corp().Id, "")
		return answer(c, w)
	}
}

// cancelled drops what belonged to an app that is gone.
func (a *Agents) cancelled(in *platform.Install) { delete(a.benches, app{in.SuiteId(), in.Corp.Id}) }

// online is that the customised app is online.
const online = 2

// get reads what is known of an app, and its visible range.
func (a *Agents) get(c *platform.Call) (platform.Obj, error) {
	id, err := strconv.ParseInt(c.Str("agentid"), 10, 64)
	if err != nil {
		return nil, platform.BadParam("invalid agentid")
	}
	if err := a.host.OwnAgent(c, id); err != nil {
		return nil, err
	}
	userIds, departments := a.within(c)
	users := []obj{}
	for _, userId := range userIds {
		users = append(users, obj{"userid": userId})
	}
	out := obj{"agentid": id, "name": "", "description": "", "square_logo_url": logo,
		"allow_userinfos": obj{"user": users}, "allow_partys": obj{"partyid": append([]int64{}, departments...)},
		"allow_tags": obj{"tagid": []int64{}}, "close": 0, "report_location_flag": 0, "isreportenter": 0,
		"redirect_domain": "", "home_url": ""}
	if x := c.Suite(); x != nil {
		out["name"] = x.Name
		if x.Template {
			out["customized_publish_status"] = online
		}
	}
	return out, nil
}

// logo is that of all apps.
const logo = "https://wework.qpic.cn/wwpic/fakewecom/0"

// list lists the app of the token.
func (a *Agents) list(c *platform.Call) (platform.Obj, error) {
	list := []obj{}
	if in, x := c.Install(), c.Suite(); in != nil && x != nil {
		list = append(list, obj{"agentid": in.AgentId, "name": x.Name, "square_logo_url": logo})
	}
	return obj{"agentlist": list}, nil
}
