package main

import (
	"encoding/base64"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/wecomtest"
)

// recorder keeps what is pushed, as requests over the wire.
type recorder struct {
	mu   sync.Mutex
	last string
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = req.Method + " " + req.URL.String() + " HTTP/1.1\r\nHost: h\r\n\r\n" + string(body)
	_, _ = io.WriteString(w, "success")
}

func (r *recorder) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// recorded is a WeCom whose pushes all go to one recorder.
func recorded(t *testing.T, o platform.Options) (*platform.Platform, *recorder) {
	t.Helper()
	r := new(recorder)
	to := platform.Callback{URL: serve(t, r), Token: testToken, EncodingAESKey: testKey}
	p := platform.New(o)
	require.NoError(t, p.AddProvider(platform.Provider{CorpId: testProvider, Secret: "s", System: to}))
	require.NoError(t, p.AddSuite(platform.Suite{Id: testSuite, Secret: "s", Command: to, DataURL: to.URL}))
	return p, r
}

// Every documented event that an independent WeCom pushes, in XML and JSON, is found good, its
// title is shown, and it can be decrypted.
// G: command/explain
func TestEveryPushIsExplained(t *testing.T) {
	t.Parallel()
	for _, o := range []platform.Options{{}, {JSON: true}} {
		p, r := recorded(t, o)
		for _, e := range spec.Events() {
			target, args := platform.Target{SuiteId: testSuite, CorpId: testCorp}, []string{"explain"}
			if e.Channel == spec.ChannelSystem {
				target, args = platform.Target{}, append(args, "-system")
			}
			_, err := p.PushSample(t.Context(), e.Id, target)
			require.NoError(t, err, e.Id)
			got := configured().wecom(t, r.take(), args...)
			assert.Zero(t, got.code, "%s: %s%s", e.Id, got.out, got.err)
			assert.NotContains(t, got.out, "documented form", e.Id)
			assert.Regexp(t, `It is a push: \S+ \S+`, got.out, "%s: with a title", e.Id)
		}
		_, err := p.CheckURL(t.Context(), platform.Target{Channel: spec.ChannelData, SuiteId: testSuite, CorpId: testCorp})
		require.Error(t, err, "the recorder does not decrypt")
		got := configured().wecom(t, r.take(), "explain")
		assert.Contains(t, got.out, "It is a URL check")
	}
}

// A push of which anything that is signed was changed is never good, and the command never
// fails in another way.
func TestWhatWasChangedIsNeverGood(t *testing.T) {
	t.Parallel()
	p, r := recorded(t, platform.Options{})
	_, err := p.PushSample(t.Context(), "suite.change_contact.create_user", platform.Target{SuiteId: testSuite, CorpId: testCorp})
	require.NoError(t, err)
	good := r.take()
	require.Zero(t, configured().wecom(t, good, "explain").code)
	head, body, _ := strings.Cut(good, "\r\n\r\n")
	m, ok := envelope([]byte(body))
	require.True(t, ok)
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		sealed, err := base64.StdEncoding.DecodeString(m.encrypt)
		require.NoError(t, err)
		sealed[random.IntN(len(sealed))] ^= 1 << random.IntN(8)
		changed := strings.Replace(body, m.encrypt, base64.StdEncoding.EncodeToString(sealed), 1)
		o := configured().wecom(t, head+"\r\n\r\n"+changed, "explain")
		require.Equal(t, exitBad, o.code, o.out)
		require.Contains(t, o.out, "Refused at the step: signature")

		cut := good[:random.IntN(strings.Index(good, m.encrypt)+len(m.encrypt))] // more would be read leniently
		o = configured().wecom(t, cut, "explain")
		require.NotEqual(t, exitGood, o.code, "%q", cut)
	}
}

// The app of a customer, as wecomtest plays it, is reached by the command as by WeCom.
func TestPushToAnAppOfWecomtest(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	a := newApp(t)
	address := serve(t, a)
	env := configured().with("WECOM_CORP_ID", w.Config().CorpId, "WECOM_SUITE_ID", w.Config().SuiteId)
	o := env.wecom(t, "", "push", "change_auth", address)
	assert.Equal(t, exitBad, o.code, "the app has another suite id")
	assert.Contains(t, o.out, "HTTP 403")
	assert.Contains(t, o.out, "Its log says why")
}

// scene is what the examples of the help find: files, a handler, a WeCom, and captures.
type scene struct {
	full                      environment // of verify
	handler                   string
	link, check, body, system string
}

func newScene(t *testing.T) scene {
	t.Helper()
	x := scene{full: customer(t, 0, wecomtest.Choices{}), handler: serve(t, newApp(t))}
	p, r := recorded(t, platform.Options{})
	target := platform.Target{Channel: spec.ChannelData, SuiteId: testSuite, CorpId: testCorp}
	_, err := p.PushSample(t.Context(), "suite.change_auth", target)
	require.NoError(t, err)
	push := r.take()
	head, body, _ := strings.Cut(push, "\r\n\r\n")
	x.link, x.body = "https://example.com/wecom?"+mustQuery(t, strings.Fields(head)[1]), body
	_, err = p.CheckURL(t.Context(), target)
	require.Error(t, err, "the recorder does not decrypt")
	x.check = "https://example.com/wecom?" + mustQuery(t, strings.Fields(r.take())[1])
	_, err = p.PushSample(t.Context(), "provider.license_refund", platform.Target{})
	require.NoError(t, err)
	x.system = r.take()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"request.txt": push, "push.xml": body, "body.xml": body, "token": testToken, "key": testKey, "event.xml": "<xml/>", "reply.xml": "<xml/>",
		"provider.secret": x.full["WECOM_PROVIDER_SECRET"], "suite.secret": x.full["WECOM_SUITE_SECRET"], "ticket": x.full["WECOM_SUITE_TICKET"],
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	t.Chdir(folder)
	return x
}

// real puts an argument of an example into the scene.
func (x scene) real(command, arg string) string {
	switch {
	case strings.HasSuffix(arg, "&echostr=…"):
		return x.check
	case strings.Contains(arg, "msg_signature=…"):
		return x.link
	case command == "verify" && arg == "wwa1b2c3d4e5f60718":
		return x.full["WECOM_SUITE_ID"]
	case command == "verify" && strings.Contains(arg, "localhost:8080"):
		return x.full["WECOM_BASE_URL"]
	}
	return strings.Replace(arg, "http://localhost:8080", x.handler, 1)
}

// Each example of the help does what it says; only ids, addresses and files are replaced.
func TestExamplesWork(t *testing.T) {
	x := newScene(t)
	for _, c := range commands() {
		if c.name == "sandbox" {
			continue // it runs until it is ended: TestExamplesOfSandboxWork
		}
		for _, example := range c.examples {
			env, args, stdin := parseExample(example, configured(), x.full)
			for i, arg := range args {
				args[i] = x.real(c.name, arg)
			}
			switch {
			case strings.Contains(example, "-system"):
				stdin = x.system
			case stdin == "":
				stdin = x.body
			}
			o := env.wecom(t, stdin, args...)
			assert.Zero(t, o.code, "%s: %s%s", example, o.out, o.err)
		}
	}
}

func mustQuery(t *testing.T, target string) string {
	t.Helper()
	u, err := url.Parse(target)
	require.NoError(t, err)
	return u.RawQuery
}

// parseExample divides an example: its variables, its arguments, and what is piped in.
func parseExample(example string, plain, full environment) (env environment, args []string, stdin string) {
	env = plain
	if before, after, piped := strings.Cut(example, " | "); piped && !strings.HasPrefix(after, "sh") {
		stdin, example = strings.TrimPrefix(before, "printf "), after
		if before == "pbpaste" {
			stdin = ""
		}
	}
	words := shellWords(example)
	for len(words) > 0 && words[0] != "wecom" {
		name, value, _ := strings.Cut(words[0], "=")
		env = env.with(name, value)
		words = words[1:]
	}
	if len(words) > 1 && words[1] == "verify" {
		env = full
	}
	return env, words[1:], stdin
}
