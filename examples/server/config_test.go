package main

import (
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

var goodKey = base64.StdEncoding.EncodeToString(make([]byte, sealKeySize))

// variables are a whole environment, with all three suites.
func variables() map[string]string {
	aes := strings.Repeat("a", 43)
	env := map[string]string{
		"SERVER_URL": "https://app.example/", "SERVER_KEY": goodKey + ", " + goodKey, "SERVER_BUYER": "chen.mei",
		"WECOM_CORP_ID": "ww1a2b3c4d5e6f7089", "WECOM_PROVIDER_SECRET": "provider-secret", "WECOM_SYSTEM_TOKEN": "systemtoken", "WECOM_SYSTEM_AES_KEY": aes,
	}
	for i, x := range suffixes {
		env["WECOM_SUITE_ID"+x.suffix], env["WECOM_SUITE_SECRET"+x.suffix] = fmt.Sprintf("ww9f8e7d6c5b4a302%d", i), "suite-secret"
		env["WECOM_TOKEN"+x.suffix], env["WECOM_AES_KEY"+x.suffix] = "token", aes
	}
	return env
}

func read(env map[string]string) (Config, error) {
	return readConfig(func(name string) string { return env[name] })
}

func TestConfig(t *testing.T) {
	t.Parallel()
	env := variables()
	c, err := read(env)
	require.NoError(t, err)
	assert.Equal(t, "https://app.example", c.Site)
	assert.Equal(t, "127.0.0.1:8080", c.Listen)
	assert.Equal(t, "server.db", c.Database)
	assert.NotEmpty(t, c.Welcome)
	assert.Len(t, c.Keys, 2)
	assert.Equal(t, callback.System, c.System.Channel)
	require.Len(t, c.Suites, 3)
	assert.Equal(t, Suite{secondApp, "ww9f8e7d6c5b4a3021", "suite-secret", callback.URL{Token: "token", EncodingAESKey: strings.Repeat("a", 43)}}, c.Suites[1])
	assert.NotContains(t, fmt.Sprintf("%+v", c.WeCom), "provider-secret")

	maps.DeleteFunc(env, func(name, _ string) bool { return strings.HasSuffix(name, "_2") || strings.HasSuffix(name, "_LOGIN") })
	c, err = read(env)
	require.NoError(t, err)
	assert.Len(t, c.Suites, 1, "one app is enough")
}

// Each variable that may be left out is read when it is there.
func TestOptionalConfig(t *testing.T) {
	t.Parallel()
	env := variables()
	before, err := read(env)
	require.NoError(t, err)
	assert.Empty(t, before.Payer)
	assert.Empty(t, before.PagesURL)
	assert.False(t, before.Unpublished)
	maps.Copy(env, map[string]string{
		"SERVER_LISTEN": ":1", "SERVER_OPS_LISTEN": "[::1]:2", "SERVER_DATABASE": "/data/x.db", "SERVER_PAYER": "li", "SERVER_WELCOME": "hi",
		"WECOM_PAGES_URL": "http://pages.example:3/", "WECOM_BASE_URL": "http://127.0.0.1:4", "SERVER_UNPUBLISHED": "1",
	})
	c, err := read(env)
	require.NoError(t, err)
	assert.Equal(t, []any{":1", "[::1]:2", "/data/x.db", "li", "hi", "http://pages.example:3", "http://127.0.0.1:4", true},
		[]any{c.Listen, c.OpsListen, c.Database, c.Payer, c.Welcome, c.PagesURL, c.WeCom.BaseURL, c.Unpublished})
}

// The address of a site has a scheme and a host, and nothing else.
func TestWhatIsASite(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"https://app.example", "http://127.0.0.1:8080", "https://[::1]"} {
		assert.True(t, isSite(good), good)
	}
	for _, bad := range []string{"", "app.example", "https://", "https:///", "ftp://app.example", "//app.example", "https://app.example/x",
		"https://app.example?x=1", "https://user@app.example", "https://app.example:x", "javascript://app.example"} {
		assert.False(t, isSite(bad), bad)
	}
}

// All that is missing is told at once, and a person knows what to do.
func TestEmptyConfig(t *testing.T) {
	t.Parallel()
	_, err := read(nil)
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	for _, name := range []string{"SERVER_URL", "SERVER_KEY", "SERVER_BUYER", "WECOM_CORP_ID", "WECOM_PROVIDER_SECRET", "WECOM_SYSTEM_TOKEN",
		"WECOM_SYSTEM_AES_KEY", "WECOM_SUITE_ID", "WECOM_SUITE_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY"} {
		assert.Contains(t, err.Error(), name+": missing: ")
	}
	assert.Len(t, lines, 11)
}

// Each mistake is told with the name of its variable, and no error shows a secret.
func TestWrongConfig(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]struct{ value, want string }{
		"SERVER_LISTEN":            {"8080", "SERVER_LISTEN: \"8080\" is no address"},
		"SERVER_OPS_LISTEN":        {"nowhere", "SERVER_OPS_LISTEN: "},
		"SERVER_URL":               {"app.example", "SERVER_URL: it is no address of a site"},
		"WECOM_BASE_URL":           {"https://user:secret@qyapi.example", "WECOM_BASE_URL: "},
		"WECOM_PAGES_URL":          {"https://pages.example/path", "WECOM_PAGES_URL: "},
		"SERVER_KEY":               {goodKey + ",c2VjcmV0", "SERVER_KEY: key 2 is not the base64 of 32 bytes"},
		"WECOM_AES_KEY":            {"secret", "WECOM_TOKEN, WECOM_AES_KEY: "},
		"WECOM_SYSTEM_AES_KEY":     {strings.Repeat("secret", 8), "WECOM_SYSTEM_TOKEN, WECOM_SYSTEM_AES_KEY: "},
		"WECOM_TOKEN_2":            {"", "WECOM_TOKEN_2: missing"},
		"WECOM_SUITE_ID_2":         {variables()["WECOM_SUITE_ID"], "WECOM_SUITE_ID_2: another suite has this id"},
		"WECOM_SUITE_ID_LOGIN":     {"dk9f8e7d6c5b4a3021", "WECOM_SUITE_ID_LOGIN: a template"},
		"WECOM_SUITE_SECRET_LOGIN": {"", "WECOM_SUITE_SECRET_LOGIN: missing"},
	} {
		env := variables()
		env[name] = wrong.value
		_, err := read(env)
		require.ErrorContains(t, err, wrong.want)
		assert.NotContains(t, err.Error(), "\n", "only that")
		assert.NotContains(t, err.Error(), "secret@")
		assert.NotContains(t, err.Error(), "secretsecret")
	}
}

// A database that does not open is an error, with and without a file.
func TestStorageFails(t *testing.T) {
	t.Parallel()
	_, err := openStorage(t.Context(), t.TempDir(), [][]byte{make([]byte, sealKeySize)})
	require.Error(t, err, "a folder")
	_, err = openStorage(t.Context(), t.TempDir()+"/server.db", [][]byte{make([]byte, 1)})
	require.Error(t, err, "a short key")
}

// envNames are the variables that are read.
func envNames(t *testing.T) (names []string) {
	t.Helper()
	_, err := readConfig(func(name string) string {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		return variables()[name]
	})
	require.NoError(t, err)
	return names
}

// The file to copy lists what is read, and nothing else.
func TestEnvExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(".env.example")
	require.NoError(t, err)
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^([A-Z0-9_]+)=`).FindAllStringSubmatch(string(text), -1) {
		got = append(got, m[1])
	}
	assert.ElementsMatch(t, envNames(t), got)
}
