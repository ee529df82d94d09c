package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/wecrypt"
)

// What the tests are configured with.
const (
	testToken    = "CallbackToken1"
	testKey      = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	testSuite    = "ww0000suite00001"
	testProvider = "wwprovider000001"
	testCorp     = "wpCorpAAAA0001"
)

// environment is what a command finds set.
type environment map[string]string

// configured has the pair and all ids.
func configured() environment {
	return environment{"WECOM_TOKEN": testToken, "WECOM_AES_KEY": testKey, "WECOM_SUITE_ID": testSuite,
		"WECOM_CORP_ID": testProvider, "WECOM_AUTH_CORP_ID": testCorp}
}

// with returns a copy with other values, given as names and values in turn.
func (e environment) with(pairs ...string) environment {
	e = maps.Clone(e)
	for i := 0; i+1 < len(pairs); i += 2 {
		e[pairs[i]] = pairs[i+1]
	}
	return e
}

// outcome is what a command has done.
type outcome struct {
	code     int
	out, err string
}

// wecom runs a command. Whatever a test is about, no secret of its environment may be printed.
func (e environment) wecom(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, func(name string) string { return e[name] }, strings.NewReader(stdin), &out, &errs)
	o := outcome{code, out.String(), errs.String()}
	for _, x := range settings {
		if secret := e[x.env()]; x.secret && secret != "" && !strings.HasPrefix(secret, "@") && !slices.Contains(args, "-reveal") {
			assert.NotContains(t, o.out+o.err, secret, "%s is printed by %q", x.env(), args)
		}
	}
	return o
}

// file writes a file for the test.
func file(t *testing.T, content string) (name string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
	return name
}

func cipher(t testing.TB) *wecrypt.Cipher {
	t.Helper()
	c, err := wecrypt.New(testToken, testKey)
	require.NoError(t, err)
	return c
}

func TestHelpOfEachCommand(t *testing.T) {
	t.Parallel()
	for _, c := range commands() {
		for _, args := range [][]string{{"help", c.name}, {c.name, "-h"}, {c.name, "--help"}, {c.name, "x", "-help", "y"}} {
			o := environment{}.wecom(t, "", args...)
			assert.Zero(t, o.code, args)
			assert.Empty(t, o.err, args)
			assert.Contains(t, o.out, "wecom "+c.name+": "+c.title.en, args)
			assert.Contains(t, o.out, "Examples:", args)
			for _, x := range c.settings {
				assert.Contains(t, o.out, settingOf(x).env(), args)
			}
			for _, x := range c.options {
				assert.Contains(t, o.out, "-"+x.name, args)
			}
		}
		assert.Contains(t, environment{"LANG": "zh_CN.UTF-8"}.wecom(t, "", "help", c.name).out, c.title.zh)
	}
}

func TestOverviewNamesAllCommands(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"help"}, {"-h"}, {"--help"}, {"-help"}} {
		o := environment{}.wecom(t, "", args...)
		assert.Zero(t, o.code)
		for _, c := range commands() {
			assert.Contains(t, o.out, "wecom "+c.name)
			assert.Contains(t, o.out, c.examples[0])
		}
		assert.LessOrEqual(t, strings.Count(o.out, "\n"), 24, "it fits a screen")
	}
	o := environment{}.wecom(t, "")
	assert.Equal(t, exitUsage, o.code, "no command is wrong use")
	assert.Empty(t, o.out)
	assert.Contains(t, o.err, "wecom explain")
}

func TestHelpIsNotTooWide(t *testing.T) {
	t.Parallel()
	for _, c := range commands() {
		for line := range strings.SplitSeq(c.about.en+"\n"+c.about.zh, "\n") {
			assert.LessOrEqual(t, len(line), 135, line)
		}
	}
}

// Examples can be copied: they have only options that there are.
func TestExamplesParse(t *testing.T) {
	t.Parallel()
	for _, c := range commands() {
		require.NotEmpty(t, c.examples, c.name)
		for _, example := range c.examples {
			words := shellWords(example[strings.Index(example, "wecom "+c.name):])
			s := &session{command: c}
			assert.NoError(t, s.parse(words[2:]), example)
		}
	}
}

func TestWrongUseSaysWhatToDo(t *testing.T) {
	t.Parallel()
	full := configured()
	message := "<xml/>"
	rows := []struct {
		env   environment
		stdin string
		args  string
		says  string
	}{
		{full, "", "puhs", "explain, push, decrypt, encrypt, verify"},
		{full, "", "help puhs", "explain, push, decrypt, encrypt, verify"},
		{full, "", "push -lang fr", "en or zh"},
		{full, "", "push -lang", "en or zh"},
		{full, "", "push -x", "-channel"},
		{full, "", "push -list=yes", "takes no value"},
		{full, "", "push text http://localhost -channel", "-channel NAME"},
		{full, "", "push -token abc text http://localhost", "WECOM_TOKEN in the environment"},
		{full, "", "verify --suite-secret=abc", "-suite-secret-file"},
		{full, "", "push", "wecom push KIND URL"},
		{full, "", "push text", "wecom push KIND URL"},
		{full, "", "push text localhost:8080", "http://localhost:8080/wecom"},
		{full, "", "push text ftp://localhost", "http://localhost:8080/wecom"},
		{full, "", "push nosuchkind http://localhost", "wecom push -list"},
		{full, "", "push create_usr http://localhost", "change_contact.create_user"},
		{full, "", "push text http://localhost -channel system", "data"},
		{full, "", "push text http://localhost -channel x", "instruction, data, system, template"},
		{full, "", "push text http://localhost Content", "NAME=VALUE"},
		{full, "", "push text http://localhost -set Contents=1", "Content"},
		{full, "", "push text http://localhost Content=@/no/such/file", "-"},
		{full, "", "push -check", "wecom push -check URL"},
		{full, "", "push -check nowhere", "http://localhost:8080/wecom"},
		{full, "", "push -check http://localhost -channel x", "instruction, data, system, template"},
		{full.with("WECOM_CORP_ID", ""), "", "push -check http://localhost", "-corp-id VALUE"},
		{full.with("WECOM_CORP_ID", ""), "", "push license_refund http://localhost", "-corp-id VALUE"},
		{full.with("WECOM_SUITE_ID", ""), "", "push suite_ticket http://localhost", "-suite-id VALUE"},
		{full.with("WECOM_TOKEN", ""), "", "push text http://localhost", "-token-file FILE"},
		{full.with("WECOM_TOKEN", "not-a-token"), "", "push text http://localhost", "1 to 32 letters or digits"},
		{full.with("WECOM_TOKEN", strings.Repeat("a", 33)), "", "push text http://localhost", "33 bytes"},
		{full.with("WECOM_AES_KEY", testKey[1:]), "", "push text http://localhost", "42 bytes"},
		{full.with("WECOM_TOKEN", "@/no/such/file"), "", "push text http://localhost", "cannot be read"},
		{full.with("WECOM_SUITE_ID", "@/no/such/file"), "", "push text http://localhost", "cannot be read"},
		{full, "", "push text http://localhost -token-file /no/such/file", "cannot be read"},
		{full, message, "encrypt", "-receive ID"},
		{full, "", "encrypt -receive x", "standard input"},
		{full, message, "encrypt -receive x -curl nowhere", "http://localhost:8080/wecom"},
		{full, message, "encrypt -receive x -curl http://localhost -bare", "exclude each other"},
		{full, message, "encrypt -receive x a b", "one file at most"},
		{full, message, "encrypt -receive x /no/such/file", "cannot be read"},
		{full.with("WECOM_AES_KEY", ""), message, "encrypt -receive x", "-aes-key-file FILE"},
		{full, "hello!", "decrypt", "<Encrypt>"},
		{full, "", "decrypt", "<Encrypt>"},
		{full, "<xml><a/></xml>", "decrypt", "<Encrypt>"},
		{full, strings.Repeat("A", maxInput+1), "decrypt", "8 MiB"},
		{full.with("WECOM_TOKEN", ""), "", "decrypt", "-token-file FILE"},
		{full, "", "explain", "curl"},
		{full, "hello", "explain", "curl"},
		{full, message, "explain", "-url"},
		{full, "", "explain -body x", "-url"},
		{full, "", "explain -url http://localhost?timestamp=1 -body x y", "-body FILE"},
		{full, "", "explain -url http://localhost?timestamp=1 x y", "-body FILE"},
		{full, "", "explain a b", "one file at most"},
		{full.with("WECOM_TOKEN", ""), "", "explain", "-token-file FILE"},
		{full.with("WECOM_SUITE_ID", "a b"), "GET /?a=b", "explain", "SuiteId"},
		{full, "", "verify x", "options only"},
		{environment{}, "", "verify", "both pairs"},
		{full, "", "verify", "both pairs"},
		{environment{"WECOM_PROVIDER_SECRET": "provider-secret"}, "", "verify", "WECOM_CORP_ID"},
		{environment{"WECOM_SUITE_SECRET": "suite-secret"}, "", "verify", "WECOM_SUITE_ID"},
		{full.with("WECOM_PROVIDER_SECRET", "provider-secret", "WECOM_BASE_URL", "nowhere"), "", "verify", "BaseURL"},
		{full.with("WECOM_PROVIDER_SECRET", "provider-secret", "WECOM_PERMANENT_CODE", "permanent-code"), "", "verify", "suite"},
	}
	for _, row := range rows {
		o := row.env.wecom(t, row.stdin, strings.Fields(row.args)...)
		assert.Equal(t, exitUsage, o.code, "%q: %s%s", row.args, o.out, o.err)
		assert.Contains(t, o.err, row.says, "%q", row.args)
		assert.Empty(t, o.out, "%q", row.args)
		if name, _, _ := strings.Cut(row.args, " "); name != "puhs" && name != "help" && !strings.Contains(row.args, "-lang") {
			assert.Contains(t, o.err, "wecom help "+name, "%q", row.args)
		}
		zh := row.env.with("LANG", "zh_CN.UTF-8").wecom(t, row.stdin, strings.Fields(row.args)...)
		assert.Equal(t, exitUsage, zh.code)
		assert.Regexp(t, `(?m)^wecom[ a-z]*: .*\p{Han}`, zh.err, "%q", row.args)
	}
}

// The first variable of the locale that is set decides, and -lang before all, at any place.
func TestLanguage(t *testing.T) {
	t.Parallel()
	rows := []struct {
		env     environment
		args    []string
		chinese bool
	}{
		{environment{}, []string{"help"}, false},
		{environment{"LANG": "zh_CN.UTF-8"}, []string{"help"}, true},
		{environment{"LANG": "de_DE.UTF-8"}, []string{"help"}, false},
		{environment{"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, []string{"help"}, true},
		{environment{"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, []string{"help"}, false},
		{environment{"LANG": "zh_CN.UTF-8"}, []string{"help", "-lang", "en"}, false},
		{environment{}, []string{"-lang", "zh", "help"}, true},
		{environment{}, []string{"--lang=zh", "help", "push"}, true},
		{environment{}, []string{"push", "-h", "-lang=ZH"}, true},
	}
	for _, row := range rows {
		o := row.env.wecom(t, "", row.args...)
		assert.Zero(t, o.code, row.args)
		assert.Equal(t, row.chinese, strings.Contains(o.out, "环境变量"), "%v %q", row.env, row.args)
	}
	s := &session{}
	rest, err := s.chooseLanguage([]string{"a", "--", "-lang", "zh"})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "--", "-lang", "zh"}, rest, "behind -- there are no options")
	assert.Equal(t, english, s.lang)
}
