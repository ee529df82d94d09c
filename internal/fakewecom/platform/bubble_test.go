package platform_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spec"
)

const providerTokenURL = "https://qyapi.weixin.qq.com/cgi-bin/service/get_provider_token"

// A whole fake inside a bubble: hours pass in no time, both ways work.
func TestInProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hook := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "isv.example.com", r.Host)
			_, _ = io.WriteString(w, "success")
		})
		s := platform.New(platform.Options{Client: &http.Client{Transport: inprocess.Transport(hook)}})
		require.NoError(t, s.AddProvider(platform.Provider{CorpId: faketest.Provider, Secret: "x", System: platform.Callback{"https://isv.example.com/cb", faketest.Token, faketest.Key}}))
		_, err := s.Push(t.Context(), platform.Target{Channel: spec.ChannelSystem}, []byte("<xml></xml>"))
		require.NoError(t, err)

		client := &http.Client{Transport: inprocess.Transport(s)}
		ask := func(ctx context.Context) (string, error) {
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, providerTokenURL, strings.NewReader(`{"corpid":"`+faketest.Provider+`","provider_secret":"x"}`))
			require.NoError(t, err)
			res, err := client.Do(req)
			if err != nil {
				return "", err
			}
			defer res.Body.Close()
			data, err := io.ReadAll(res.Body)
			return string(data), err
		}
		first, err := ask(t.Context())
		require.NoError(t, err)
		time.Sleep(2 * time.Hour)
		second, err := ask(t.Context())
		require.NoError(t, err)
		assert.NotEqual(t, first, second, "the first one has expired")

		s.Fault(platform.Fault{Cut: true, Count: 1})
		_, err = ask(t.Context())
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)

		s.Fault(platform.Fault{Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err = ask(ctx)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Minute, time.Since(start))
		_, err = ask(ctx)
		assert.ErrorIs(t, err, context.DeadlineExceeded, "before anything is sent")
	})
}
