package agents

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// world is a corp with two apps.
type world struct {
	*faketest.World
	*Agents
	agent, other int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	fw := faketest.New(t, platform.Options{})
	w := &world{World: fw, Agents: New(fw.Platform, func(c *platform.Call) ([]string, []int64) { return []string{"woAnna"}, []int64{2} })}
	w.AuthCode(faketest.Suite)
	w.AuthCode(faketest.Template)
	w.agent, w.other = w.Installed(faketest.Suite, faketest.Corp).AgentId, w.Installed(faketest.Template, faketest.Corp).AgentId
	return w
}

// asked asks, and holds a good answer against the facts; named is agent_ and the name.
func (w *world) asked(suite, path string, in any) obj {
	w.T.Helper()
	ep := faketest.EndpointAt(w.T, "/cgi-bin/agent/"+path)
	value, err := w.IssueToken(ep.Credential, suite, faketest.Corp)
	require.NoError(w.T, err)
	out := w.CallWith(ep, url.Values{"access_token": {value}}, in)
	if code := faketest.Errcode(out); code == 0 {
		faketest.AsDocumented(w.T, ep, out)
	} else {
		assert.Contains(w.T, slices.Concat(ep.Errors, []int{platform.CodeBadParam}), code, "%v", out)
	}
	return out
}

func (w *world) post(path string, in obj) obj {
	w.T.Helper()
	in["agentid"] = w.agent
	return w.asked(faketest.Suite, path, in)
}

func TestAgentsOfOneApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.asked(faketest.Suite, "get", url.Values{"agentid": {fmt.Sprint(w.agent)}})
	assert.Equal(t, "CRM", out["name"])
	assert.Equal(t, obj{"user": []any{obj{"userid": "woAnna"}}}, out["allow_userinfos"])
	assert.Equal(t, obj{"partyid": []any{2.0}}, out["allow_partys"])
	assert.Nil(t, out["customized_publish_status"])
	assert.EqualValues(t, online, w.asked(faketest.Template, "get", url.Values{"agentid": {fmt.Sprint(w.other)}})["customized_publish_status"])
	for id, want := range map[string]int{fmt.Sprint(w.other): 301002, "7": 40056, "x": platform.CodeBadParam} {
		assert.Equal(t, want, faketest.Errcode(w.asked(faketest.Suite, "get", url.Values{"agentid": {id}})), id)
	}
	list := faketest.List(w.asked(faketest.Suite, "list", url.Values{}), "agentlist")
	require.Len(t, list, 1)
	assert.EqualValues(t, w.agent, list[0]["agentid"])
	assert.Equal(t, "CRM", list[0]["name"])
}

func image(link string) obj { return obj{"type": "image", "image": obj{"url": link}} }

// What was set is what is read: of the template, and of members who see something else.
func TestWorkbenchShowsWhatWasSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	read := func(userId string) any { return w.post("get_workbench_data", obj{"userid": userId})["data"] }
	good := func(out obj) {
		t.Helper()
		require.Zero(t, faketest.Errcode(out), "%v", out)
	}
	assert.Equal(t, "normal", w.post("get_workbench_template", obj{})["type"])
	assert.Equal(t, obj{}, read("woAnna"))
	good(w.post("set_workbench_template", image("https://a.example")))
	out := w.post("get_workbench_template", obj{})
	assert.Equal(t, []any{"image", obj{"url": "https://a.example"}, false}, []any{out["type"], out["image"], out["replace_user_data"]})
	assert.Equal(t, image("https://a.example"), read("woAnna"))

	in := image("https://b.example")
	in["userid"] = "woanna"
	good(w.post("set_workbench_data", in))
	assert.Equal(t, image("https://b.example"), read("woAnna"))
	assert.Equal(t, image("https://a.example"), read("woBo"))
	good(w.post("batch_set_workbench_data", obj{"userid_list": []string{"woAnna", "woBo"}, "data": image("https://c.example")}))
	assert.Equal(t, image("https://c.example"), read("woBo"))
	assert.Equal(t, image("https://c.example"), read("woAnna"))

	good(w.post("set_workbench_template", image("https://d.example")))
	assert.Equal(t, image("https://c.example"), read("woBo"), "members keep theirs")
	in = image("https://e.example")
	in["replace_user_data"] = true
	good(w.post("set_workbench_template", in))
	assert.Equal(t, image("https://e.example"), read("woBo"))
	assert.Equal(t, true, w.post("get_workbench_template", obj{})["replace_user_data"])

	in = image("https://f.example")
	in["userid"] = "woBo"
	good(w.post("set_workbench_data", in))
	list := obj{"type": "list", "list": obj{"items": []any{obj{"title": "t"}}}}
	good(w.post("set_workbench_template", list))
	assert.Equal(t, "list", read("woBo").(obj)["type"], "data of another type is gone")
	good(w.post("set_workbench_template", obj{"type": "normal"}))
	assert.Equal(t, "normal", w.post("get_workbench_template", obj{})["type"])
}

func TestWorkbenchRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := func(path string, in obj) int { return faketest.Errcode(w.post(path, in)) }
	forBo := func() obj {
		in := image("https://a.example")
		in["userid"] = "woBo"
		return in
	}
	items := func(n int) obj {
		list := make([]any, n)
		for i := range list {
			list[i] = obj{"data": "1"}
		}
		return obj{"type": "keydata", "keydata": obj{"items": list}}
	}
	assert.Equal(t, platform.CodeBadParam, code("set_workbench_data", forBo()), "no template")
	assert.Equal(t, platform.CodeBadParam, code("set_workbench_template", items(5)))
	assert.Zero(t, code("set_workbench_template", items(4)))
	assert.Equal(t, platform.CodeBadParam, code("set_workbench_data", forBo()), "another type")
	assert.Equal(t, platform.CodeBadParam, code("set_workbench_template", obj{"type": "image"}))
	assert.Equal(t, platform.CodeBadParam, code("set_workbench_template", obj{"type": "other"}))
	assert.Zero(t, code("set_workbench_template", image("https://a.example")))
	assert.Zero(t, code("set_workbench_data", forBo()))
	hidden := forBo()
	hidden["userid"] = "woCy"
	assert.Equal(t, codeNoUser, code("set_workbench_data", hidden))
	assert.Equal(t, codeNoUser, code("get_workbench_data", obj{"userid": "woCy"}))
	batch := func(users ...string) int {
		return code("batch_set_workbench_data", obj{"userid_list": append([]string{}, users...), "data": image("https://b.example")})
	}
	assert.Equal(t, codeNoUser, batch("woBo", "woNobody"))
	assert.Equal(t, image("https://a.example"), w.post("get_workbench_data", obj{"userid": "woBo"})["data"], "all or none")
	assert.Equal(t, codeUsers, batch(make([]string, maxUsers+1)...))
	in := image("https://a.example")
	in["agentid"] = w.other
	assert.Equal(t, 301002, faketest.Errcode(w.asked(faketest.Suite, "set_workbench_template", in)))
}

// An app that comes back begins anew.
func TestWorkbenchEndsWithTheApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Zero(t, faketest.Errcode(w.post("set_workbench_template", image("https://a.example"))))
	require.NoError(t, w.Cancel(t.Context(), faketest.Suite, faketest.Corp))
	w.AuthCode(faketest.Suite)
	w.agent = w.Installed(faketest.Suite, faketest.Corp).AgentId
	assert.Equal(t, "normal", w.post("get_workbench_template", obj{})["type"])
}
