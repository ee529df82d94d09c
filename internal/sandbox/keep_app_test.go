package sandbox

import (
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// again ends the world and begins it anew with what it has saved, as a process does that is started
// again with the same options.
func (s *sandbox) again(dir string) {
	s.t.Helper()
	s.restart(Config{State: dir, Now: s.cfg.Now, Apps: []App{{}, {Template: true}}})
}

// An app that keeps its tokens and codes, as one does with a Store, goes on with all of them.
// G: sandbox/state-app
func TestAppGoesOnWithWhatItHas(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	s := newSandbox(t, Config{State: dir, Now: stopped()}, Access{})
	corp, users := s.corp()
	installed := s.post("/installs", marshal(obj{"corp_id": corp}))
	a := s.cfg.Apps[0]
	ticket := s.reveal(text(list(list(s.get("/suites"), "suites")[0], "tickets")[0], "ticket"))
	suiteToken := func() string {
		return text(s.call("service/get_suite_token", marshal(obj{"suite_id": a.SuiteId, "suite_secret": a.Secret, "suite_ticket": ticket})), "suite_access_token")
	}
	suite := suiteToken()
	code := s.call("service/get_permanent_code?suite_access_token="+url.QueryEscape(suite), marshal(obj{"auth_code": s.reveal(text(installed, "auth_code"))}))
	permanent, token := text(code, "permanent_code"), text(code, "access_token")
	sent := s.call("message/send?access_token="+token, marshal(obj{"touser": users[0], "agentid": inner(installed, "install")["agent_id"], "msgtype": "text", "text": obj{"content": "hello"}}))

	s.again(dir)
	assert.Equal(t, suite, suiteToken(), "it is still good, and so is the ticket")
	got := s.call("service/get_corp_token?suite_access_token="+url.QueryEscape(suite), marshal(obj{"auth_corpid": corp, "permanent_code": permanent}))
	assert.Equal(t, token, text(got, "access_token"))
	s.call("message/recall?access_token="+token, marshal(obj{"msgid": sent["msgid"]}))
	other := s.call("message/send?access_token="+token, marshal(obj{"touser": users[0], "agentid": inner(installed, "install")["agent_id"], "msgtype": "text", "text": obj{"content": "again"}}))
	assert.NotEqual(t, sent["msgid"], other["msgid"], "ids go on")
	status, answer := s.ask("POST", "/cgi-bin/service/get_permanent_code?suite_access_token="+url.QueryEscape(suite), marshal(obj{"auth_code": s.reveal(text(installed, "auth_code"))}))
	assert.Equal(t, 200, status)
	assert.NotContains(t, string(answer), "permanent_code", "the auth code was used up before")

	s.post("/clock", `{"add":"2h"}`)
	s.again(dir)
	assert.Equal(t, "2h0m0s", text(s.get("/status"), "ahead"), "the clock is where it was put")
	_, answer = s.ask("POST", "/cgi-bin/message/recall?access_token="+token, marshal(obj{"msgid": other["msgid"]}))
	assert.Contains(t, string(answer), `"errcode":42001`, "its life was over before")
}

// Faults and choices stay, and count on; the answers that a member gives stay too.
func TestWhatWasSetUpGoesOn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	s := newSandbox(t, Config{State: dir, Now: stopped()}, Access{})
	s.post("/faults", `{"path":"/cgi-bin/gettoken","errcode":45009,"times":2}`)
	s.ask("GET", "/cgi-bin/gettoken?corpid=x&corpsecret=y", "")
	before := list(s.get("/faults"), "faults")
	require.Len(t, before, 1)
	assert.EqualValues(t, 1, before[0]["hits"])
	s.again(dir)
	_, answer := s.ask("GET", "/cgi-bin/gettoken?corpid=x&corpsecret=y", "")
	assert.Contains(t, string(answer), "45009", "the second of two")
	assert.Empty(t, list(s.get("/faults"), "faults"))
	requests := list(s.get("/requests"), "requests")
	require.Len(t, requests, 2)
	assert.EqualValues(t, 2, requests[1]["id"], "numbers go on")

	// A reader of changes that was connected before is told that it has missed some.
	last := s.number(s.get("/status"), "last_change")
	s.again(dir)
	out := s.get("/changes?after=" + last)
	assert.Equal(t, true, out["gap"])
	s.post("/faults", `{"cut":true}`)
	changes := list(s.get("/changes?after="+s.number(out, "last")), "changes")
	require.Len(t, changes, 1)
	assert.Equal(t, "fault", changes[0]["kind"])
}

// Without Close, and before the first second, nothing is kept; that is no error.
func TestFolderWithoutAStateIsNew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := New(Config{State: dir, Corps: 2, Now: func() time.Time { return time.Unix(1_760_000_000, 0) }})
	require.NoError(t, err)
	w.folder.held.Unlock() // as the system does when a process dies
	w, err = New(Config{State: dir, Corps: 3})
	require.NoError(t, err)
	assert.Len(t, w.engine.Corps(), 3)
	require.NoError(t, w.Close())
	none, err := New(Config{})
	require.NoError(t, err)
	assert.NoError(t, none.Close(), "it keeps no state")
}
