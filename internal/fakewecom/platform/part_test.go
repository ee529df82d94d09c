package platform_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// scribe is a part that writes down what it hears of.
type scribe struct {
	host  *platform.Host
	heard []string
}

const scribePath = "/cgi-bin/agent/get_permissions"

func join(w *faketest.World) *scribe {
	s := &scribe{}
	note := func(what string) func(in *platform.Install) {
		return func(in *platform.Install) {
			s.heard = append(s.heard, fmt.Sprint(what, " ", in.SuiteId(), " ", in.Corp.Id, " ", in.Provider(), " ", in.AgentId))
			s.tell(what)
		}
	}
	s.host = w.Join(platform.Part{
		Handlers:  map[string]platform.Handler{scribePath: s.answer},
		Installed: note("installed"),
		Cancelled: note("cancelled"),
		Settle:    func() { s.heard = append(s.heard, "settle") },
	})
	return s
}

func (s *scribe) tell(what string) {
	s.host.Tell(platform.Target{Channel: spec.ChannelSystem}, platform.Text("Event", what))
}

func (s *scribe) answer(c *platform.Call) (platform.Obj, error) {
	s.heard = append(s.heard, "answer")
	s.tell("asked")
	var in struct {
		Fail bool `json:"fail"`
	}
	if err := c.Decode(&in); err != nil || in.Fail {
		return platform.Obj{"done": 0}, platform.BadParam("no")
	}
	return platform.Obj{
		"path": c.Endpoint().Path, "corp": c.Corp().Id, "suite": c.Suite().Id, "provider": c.Provider(),
		"agent": c.Install().AgentId, "now": c.Now().Unix(), "body": len(c.Body()),
	}, nil
}

// told lists the events of the scribe's that were pushed.
func told(w *faketest.World) (events []string) {
	for _, p := range w.Pushes() {
		if p.Path == "/system" {
			events = append(events, faketest.Between(p.Payload, "<Event><![CDATA[", "]]>"))
		}
	}
	return events
}

func TestPartHearsOfInstallations(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	s := join(w)
	install := func() {
		_, err := w.Install(t.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{AgentId: 1000005})
		require.NoError(t, err)
	}
	install()
	install()
	who := " " + faketest.Suite + " " + faketest.Corp + " " + faketest.Provider + " 1000005"
	assert.Equal(t, []string{"installed" + who}, s.heard, "authorised anew is nothing new")
	require.NoError(t, w.Cancel(t.Context(), faketest.Suite, faketest.Corp))
	assert.Equal(t, []string{"installed" + who, "cancelled" + who}, s.heard)
	assert.Equal(t, []string{"installed", "cancelled"}, told(w), "pushed with the platform's own event")
}

func TestPartAnswers(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	s := join(w)
	assert.True(t, w.HasRules(scribePath))
	out := w.Call("agent_get_permissions", platform.Obj{"x": 1})
	assert.Equal(t, platform.Obj{
		"errcode": 0.0, "errmsg": "ok", "path": scribePath, "corp": faketest.Corp, "suite": faketest.Suite, "provider": faketest.Provider,
		"agent": float64(s.host.Install(faketest.Suite, faketest.Corp).AgentId), "now": float64(w.Clock.Now().Unix()), "body": 1.0,
	}, out)
	require.Eventually(t, func() bool { return len(told(w)) == 1 }, 5*time.Second, time.Millisecond, "after the answer")
	assert.Equal(t, []string{"settle", "answer", "settle"}, s.heard)

	out = w.Call("agent_get_permissions", platform.Obj{"fail": true})
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(out))
	assert.Equal(t, 0.0, out["done"], "what was done goes with the refusal")
	token, err := w.IssueToken(spec.CredentialCorp, faketest.Suite, faketest.Corp)
	require.NoError(t, err)
	_, data := w.Send(http.MethodPost, scribePath, url.Values{"access_token": {token}}, `{"fail":1}`)
	assert.Equal(t, platform.CodeBadParam, faketest.ErrcodeOf(t, data))
}

func TestAct(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	s := join(w)
	fail := fmt.Errorf("not so")
	err := s.host.Act(t.Context(), func() error {
		s.tell("acted")
		s.host.Tell(platform.Target{Channel: spec.ChannelSystem, CorpId: "wwnobody"}, platform.Text("Event", "lost"))
		return fail
	})
	assert.ErrorIs(t, err, fail)
	assert.Equal(t, []string{"settle", "settle"}, s.heard)
	assert.Equal(t, []string{"acted"}, told(w), "told all the same; nobody hears what has no address")
	w.Answer(http.StatusInternalServerError, "")
	assert.ErrorContains(t, s.host.Act(t.Context(), func() error { s.tell("again"); return nil }), "HTTP 500")
}

// An app that the corp does not have hears nothing of it.
func TestNobodyIsToldWhoIsGone(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	s := join(w)
	tell := func() (heard int) {
		before := len(w.Pushes())
		require.NoError(t, s.host.Act(t.Context(), func() error {
			for _, channel := range []string{spec.ChannelInstruction, spec.ChannelData} {
				s.host.Tell(platform.Target{Channel: channel, SuiteId: faketest.Suite, CorpId: faketest.Corp}, platform.Text("Event", "x"))
			}
			s.host.Tell(platform.Target{Channel: spec.ChannelData, SuiteId: faketest.Suite, CorpId: faketest.Corp,
				Own: platform.Callback{URL: w.Hook.URL + "/own", Token: faketest.Token, EncodingAESKey: faketest.Key}}, platform.Text("Event", "x"))
			return nil
		}))
		return len(w.Pushes()) - before
	}
	assert.Equal(t, 3, tell())
	require.NoError(t, w.Cancel(t.Context(), faketest.Suite, faketest.Corp))
	assert.Equal(t, 1, tell(), "a callback URL of a request is asked for by name")
}

func TestHostFinds(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	s := join(w)
	s.host.Locked(func() {
		h := s.host
		assert.Equal(t, faketest.Provider, h.Provider("").CorpId, "the first")
		assert.Nil(t, h.Provider("wwnobody"))
		assert.True(t, h.Suite(faketest.Template).Template)
		assert.Nil(t, h.Suite("ww404"))
		assert.Same(t, h.Corp(faketest.Corp), h.Corp(faketest.PlainCorp), "by either id")
		assert.Nil(t, h.Corp("wpNobody"))
		assert.Nil(t, h.Install(faketest.Template, faketest.Corp))
		assert.True(t, h.HasApp(faketest.Provider, faketest.Corp))
		assert.False(t, h.HasApp("wwsecond", faketest.Corp))
		assert.NotEqual(t, h.NewId("x", 5), h.NewId("x", 5))
		assert.Regexp(t, "^x[0-9a-f]{10}[0-9]{6}$", h.NumberedId("x"))
		h.Hide("hush")
	})
	assert.Contains(t, w.Secrets(), "hush")
}

func TestEventXML(t *testing.T) {
	t.Parallel()
	got := platform.EventXML(
		platform.Text("A", "<b>"), platform.Number("N", -5), platform.Text("End", "]]>&"),
		platform.Group("G", platform.Text("B", ""), platform.Group("None")),
	)
	assert.Equal(t, "<xml><A><![CDATA[<b>]]></A><N>-5</N><End>]]&gt;&amp;</End><G><B><![CDATA[]]></B><None></None></G></xml>", string(got))
}
