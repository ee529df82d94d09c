package wecom_test

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/wecomtest"
)

// What the Examples of the README stand on.

// environment sets variables until t ends. Examples run one at a time, after all tests.
func environment(t testing.TB, vars map[string]string) {
	for name, value := range vars {
		if err := os.Setenv(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Unsetenv(name) })
	}
}

// wecomEnvironment sets what the sandbox writes by -env-file.
func wecomEnvironment(t testing.TB, wecom *wecomtest.WeCom) {
	cfg, app, system := wecom.Config(), wecom.URL(wecom.Api(), callback.App), wecom.URL(wecom.Api(), callback.System)
	environment(t, map[string]string{
		"WECOM_BASE_URL": "http://" + wecom.Addr(),
		"WECOM_CORP_ID":  cfg.CorpId, "WECOM_PROVIDER_SECRET": cfg.ProviderSecret,
		"WECOM_SUITE_ID": cfg.SuiteId, "WECOM_SUITE_SECRET": cfg.SuiteSecret,
		"WECOM_TOKEN": app.Token, "WECOM_AES_KEY": app.EncodingAESKey,
		"WECOM_SYSTEM_TOKEN": system.Token, "WECOM_SYSTEM_AES_KEY": system.EncodingAESKey,
	})
}

// folder is one with a sealing key in it.
func folder(t testing.TB) string {
	dir, err := os.MkdirTemp("", "wecom")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	key := make([]byte, 32)
	rand.Read(key)
	if err := os.WriteFile(filepath.Join(dir, "wecom.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// inboxOf is an inbox that gets the pushes to the first app.
func inboxOf(t testing.TB, wecom *wecomtest.WeCom) *callback.Inbox {
	inbox, err := callback.NewInbox(callback.Config{})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
	if err != nil {
		t.Fatal(err)
	}
	wecom.Deliver(wecom.Api(), callback.App, handler)
	return inbox
}

// ticketOf waits for a push with a suite_ticket.
func ticketOf(t testing.TB, wecom *wecomtest.WeCom) string {
	inbox, ticket := inboxOf(t, wecom), make(chan string, 1)
	callback.On(inbox, func(_ context.Context, _ *callback.Notice, e *callback.SuiteTicketEvent) error {
		ticket <- e.SuiteTicket
		return nil
	})
	wecom.Go(inbox.Run)
	wecom.Advance(10 * time.Minute)
	return <-ticket
}
