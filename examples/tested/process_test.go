package main

import (
	"context"
	"crypto/rand"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/wecomtest"
)

// The whole program, with its Store and Queue on disk, over real connections: it knows
// nothing of wecomtest, and could be written in any language.
func TestProgram(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	folder, key := t.TempDir(), make([]byte, 32)
	_, _ = rand.Read(key)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "key"), key, 0o600))

	cfg, app, system := wecom.Config(), wecom.URL(wecom.Api(), callback.App), wecom.URL(wecom.Api(), callback.System)
	env := map[string]string{
		"WECOM_BASE_URL": "http://" + wecom.Addr(),
		"WECOM_CORP_ID":  cfg.CorpId, "WECOM_PROVIDER_SECRET": cfg.ProviderSecret,
		"WECOM_SUITE_ID": cfg.SuiteId, "WECOM_SUITE_SECRET": cfg.SuiteSecret,
		"WECOM_TOKEN": app.Token, "WECOM_AES_KEY": app.EncodingAESKey,
		"WECOM_SYSTEM_TOKEN": system.Token, "WECOM_SYSTEM_AES_KEY": system.EncodingAESKey,
		"GREETER_FOLDER": folder, "GREETER_SITE": "https://greeter.example", "GREETER_BUYER": "chen.mei", "GREETER_PAYER": "chen.mei",
	}
	wecom.Go(func(ctx context.Context) error {
		return serve(ctx, listener, func(name string) string { return env[name] })
	})
	site := "http://" + listener.Addr().String()
	wecom.Deliver(wecom.Api(), callback.App, nil, site+"/wecom/"+cfg.SuiteId)
	wecom.Deliver(wecom.Api(), callback.System, nil, site+"/wecom/system")
	require.NoError(t, wecom.CheckURL(wecom.Api(), callback.App))
	require.NoError(t, wecom.CheckURL(wecom.Api(), callback.System))

	corp := wecom.Install(wecomtest.Corp{})
	assert.Eventually(t, func() bool { return len(wecom.Messages(corp.Members[0].UserId)) == 1 }, 30*time.Second, 10*time.Millisecond)
}
