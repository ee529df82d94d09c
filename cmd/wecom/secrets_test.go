package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allSecrets sets each secret to a value of its own, with marks that are escaped in URLs.
func allSecrets() environment {
	env := configured()
	for _, x := range settings {
		if x.secret && env[x.env()] == "" {
			env[x.env()] = "sentinel/+&" + x.name + "=="
		}
	}
	return env
}

// echoing answers with all that it gets and all secrets, as a careless handler or proxy does.
func echoing(env environment) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Query().Has("fail") {
			w.WriteHeader(http.StatusInternalServerError)
		}
		fmt.Fprintf(w, "%s %s ", r.URL, body)
		for _, x := range settings {
			fmt.Fprintf(w, "%s %s %q ", env[x.env()], url.QueryEscape(env[x.env()]), env[x.env()])
		}
	})
}

// No command prints a secret, whatever goes wrong, in either language.
// G: command/secrets
func TestNoSecretIsEverPrinted(t *testing.T) {
	t.Parallel()
	env := allSecrets()
	address := serve(t, echoing(env))
	env["WECOM_BASE_URL"] = address
	push := caught{payload: notice(testSuite, "suite_ticket", "<SuiteTicket>"+env["WECOM_SUITE_TICKET"]+"</SuiteTicket><Other>"+env["WECOM_PERMANENT_CODE"]+"</Other>"), receive: testSuite}.text(t)
	_, body, _ := strings.Cut(push, "\r\n\r\n")
	commands := [][]string{
		{}, {"help"}, {"help", "verify"}, {env["WECOM_TOKEN"]}, {"help", env["WECOM_TOKEN"]},
		{"explain"}, {"explain", "-system"}, {"explain", env["WECOM_SUITE_SECRET"]}, {"explain", "-url", env["WECOM_SUITE_SECRET"]}, {"explain", "-receive", env["WECOM_TOKEN"]},
		{"push", "text", address}, {"push", "suite_ticket", address, "-show", "SuiteTicket=" + env["WECOM_SUITE_TICKET"]},
		{"push", "text", address + "?key=" + url.QueryEscape(env["WECOM_SUITE_SECRET"]), "-show", "Content=" + env["WECOM_SUITE_SECRET"]},
		{"push", "text", address + "?fail=1"}, {"push", "-check", address}, {"push", "-check", address + "?fail=1"}, {"push", "-list", env["WECOM_TOKEN"]},
		{"push", env["WECOM_TOKEN"], address}, {"push", "text", env["WECOM_TOKEN"]}, {"push", "text", address, env["WECOM_TOKEN"]},
		{"push", "text", address, env["WECOM_TOKEN"] + "=1"}, {"push", "text", address, "-channel", env["WECOM_TOKEN"]},
		{"push", "-token", env["WECOM_TOKEN"]}, {"push", "-token=" + env["WECOM_TOKEN"]}, {"push", "-aes-key", env["WECOM_AES_KEY"]}, {"push", "-" + env["WECOM_TOKEN"]},
		{"push", "text", "http://user:" + url.QueryEscape(env["WECOM_SUITE_SECRET"]) + "@" + strings.TrimPrefix(address, "http://")},
		{"push", "text", "http://127.0.0.1:1/" + env["WECOM_TOKEN"]},
		{"decrypt"}, {"decrypt", "-url", env["WECOM_TOKEN"]}, {"decrypt", "-token-file", env["WECOM_TOKEN"]}, {"decrypt", env["WECOM_TOKEN"]},
		{"encrypt"}, {"encrypt", "-receive", testSuite}, {"encrypt", "-receive", testSuite, "-curl", address}, {"encrypt", "-receive", testSuite, "-curl", env["WECOM_TOKEN"]},
		{"verify"}, {"verify", env["WECOM_SUITE_SECRET"]}, {"verify", "-base-url", env["WECOM_SUITE_SECRET"]}, {"verify", "-base-url", "http://127.0.0.1:1"},
		{"verify", "-suite-secret", env["WECOM_SUITE_SECRET"]}, {"verify", "-suite-id", env["WECOM_SUITE_SECRET"] + " "}, {"verify", "-auth-corp-id", env["WECOM_TOKEN"]},
		{"verify", "-lang", env["WECOM_TOKEN"]},
	}
	for i, args := range commands {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for _, stdin := range []string{push, body, env["WECOM_SUITE_SECRET"]} {
				if stdin != push && len(args) > 0 && (args[0] == "verify" || args[0] == "push") {
					continue // they do not read it
				}
				printsNoSecret(t, env, stdin, args)
				printsNoSecret(t, env.with("LANG", "zh_CN.UTF-8"), stdin, args)
			}
		})
	}
}

func printsNoSecret(t *testing.T, env environment, stdin string, args []string) {
	t.Helper()
	var out, errs bytes.Buffer
	run(t.Context(), args, func(name string) string { return env[name] }, strings.NewReader(stdin), &out, &errs)
	printed := out.String() + errs.String()
	require.NotEmpty(t, printed, "%q", args)
	for _, x := range settings {
		if x.secret {
			assert.NotContains(t, printed, env[x.env()], "%s by %q", x.env(), args)
			assert.NotContains(t, printed, url.QueryEscape(env[x.env()]), "%s by %q", x.env(), args)
		}
	}
}

// A secret that is in a file is as hidden as one in the environment.
func TestSecretsInFilesAreHidden(t *testing.T) {
	t.Parallel()
	const secret = "a-secret-in-a-file"
	address := serve(t, answering(http.StatusOK, secret))
	env := environment{"WECOM_CORP_ID": "ww1", "WECOM_PROVIDER_SECRET": "@" + file(t, secret+"\n"), "WECOM_BASE_URL": address}
	o := env.wecom(t, "", "verify")
	assert.Equal(t, exitBad, o.code)
	assert.Contains(t, o.out, "***")
	assert.NotContains(t, o.out+o.err, secret)
}

func TestScrub(t *testing.T) {
	t.Parallel()
	s := &session{}
	s.hide("abc")
	assert.Equal(t, "abc", s.scrub("abc"), "what is too short would hide parts of words")
	s.hide("abcd")
	s.hide(`abcd/e"f`)
	for _, form := range []string{"abcd", `abcd/e"f`, "abcd%2Fe%22f", `abcd/e\"f`} {
		assert.Equal(t, "<***>", s.scrub("<"+form+">"))
	}
	assert.Equal(t, "say *** and ***", s.tell(text{"say %s and %v", "%s%v"}, "abcd", fmt.Errorf("abcd")))
}
