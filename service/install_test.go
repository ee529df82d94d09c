package service

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/token"
)

const (
	permanentPath   = "/cgi-bin/service/get_permanent_code"
	permanentV2Path = "/cgi-bin/service/v2/get_permanent_code"
)

// G: install/one-exchange
func TestOneExchangeForCallbackAndRedirect(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t) // so that all are told the same seconds
	w := newWorld(t)
	store := token.NewMemoryStore()
	callback, redirect := w.api(t, worldSuite, store), w.api(t, worldSuite, store)
	code := w.AuthCode(worldSuite, worldCorp)

	var all sync.WaitGroup
	answers := make([]*Permanent, 20)
	for i := range answers {
		all.Go(func() {
			api := callback
			if i%2 == 1 {
				api = redirect
			}
			got, err := GetPermanentCode(api.Suite(), data.D{"auth_code": code})
			if assert.NoError(t, err) {
				answers[i] = got.(*Permanent)
			}
		})
	}
	all.Wait()
	assert.Equal(t, 1, w.Count(permanentPath))
	for _, p := range answers {
		require.Equal(t, answers[0], p)
	}
	assert.Equal(t, worldCorp, answers[0].AuthCorpInfo.CorpId)

	// Later, and by the other function too.
	again, err := GetPermanentCodeV2(redirect.Suite(), data.D{"auth_code": code})
	require.NoError(t, err)
	assert.Equal(t, answers[0], again)
	assert.Zero(t, w.Count(permanentV2Path))

	in, err := redirect.WithCorp(worldCorp).Installation()
	require.NoError(t, err)
	assert.NotZero(t, in.SavedAt)
	assert.Equal(t, token.Installation{
		SavedAt: in.SavedAt, CorpId: worldCorp, CorpName: "Riverside", PermanentCode: answers[0].PermanentCode, AgentId: answers[0].AuthInfo.Agent[0].AgentId,
	}, in)
	_, err = GetPermissions(redirect.WithCorp(worldCorp))
	assert.NoError(t, err, "the corp token flows")
}

// G: token/kinds
func TestBothKindsOfApp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		suite, tokenPath string
		customized       bool
		exchange         func(token.Token, data.D) (access.Token, error)
	}{
		{worldSuite, "/cgi-bin/service/get_corp_token", false, GetPermanentCode},
		{worldSuite, "/cgi-bin/service/get_corp_token", false, GetPermanentCodeV2},
		{worldTemplate, "/cgi-bin/gettoken", true, GetPermanentCode},
		{worldTemplate, "/cgi-bin/gettoken", true, GetPermanentCodeV2},
	} {
		w := newWorld(t)
		api := w.api(t, test.suite, nil)
		_, err := test.exchange(api.Suite(), data.D{"auth_code": w.AuthCode(test.suite, worldCorp)})
		require.NoError(t, err)
		api = api.WithCorp(worldCorp)
		in, err := api.Installation()
		require.NoError(t, err)
		assert.Equal(t, test.customized, in.Customized)
		got, err := GetCorpToken(api.Corp(), nil)
		require.NoError(t, err)
		assert.IsType(t, &access.CorpAccessToken{}, got)
		assert.Equal(t, 1, w.Count(test.tokenPath))
		info, err := GetAuthInfoV2(api, worldCorp, in.PermanentCode)
		require.NoError(t, err)
		assert.Equal(t, test.customized, info.IsCustomizedApp())
		assert.NotEmpty(t, info.AgentId())
	}
}

// stuckStore fails to save installations while stuck.
type stuckStore struct {
	token.Store
	mu    sync.Mutex
	stuck bool
}

func (s *stuckStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stuck && strings.Contains(key, "/installation/") {
		return errors.New("disk full")
	}
	return s.Store.Put(ctx, key, value, ttl)
}

// G: secret/texts install/crash
func TestAPermanentCodeSurvivesAFailingStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := &stuckStore{Store: token.NewMemoryStore(), stuck: true}
	code := w.AuthCode(worldSuite, worldCorp)
	_, err := GetPermanentCode(w.api(t, worldSuite, store).Suite(), data.D{"auth_code": code})
	require.ErrorContains(t, err, "disk full")
	assert.NotContains(t, err.Error(), code)

	store.mu.Lock()
	store.stuck = false
	store.mu.Unlock()
	restarted := w.api(t, worldSuite, store)
	got, err := GetPermanentCode(restarted.Suite(), data.D{"auth_code": code})
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count(permanentPath))
	in, err := restarted.WithCorp(worldCorp).Installation()
	require.NoError(t, err)
	assert.Equal(t, got.(*Permanent).PermanentCode, in.PermanentCode)
}

// G: secret/texts install/refused-code
func TestAUsedCodeIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.AuthCode(worldSuite, worldCorp)
	_, err := GetPermanentCode(w.api(t, worldSuite, nil).Suite(), data.D{"auth_code": code})
	require.NoError(t, err)
	got, err := GetPermanentCode(w.api(t, worldSuite, nil).Suite(), data.D{"auth_code": code}) // another store
	assert.Nil(t, got)
	assert.ErrorIs(t, err, token.Code(40078))
	assert.NotContains(t, err.Error(), code)
}

// G: install/answer
func TestExchangeWantsAnAnswer(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{`{}`, `{"permanent_code":"p"}`, `{"auth_corp_info":{"corpid":"c"}}`, `null`} {
		_, api := newScript(t, answer)
		got, err := GetPermanentCode(api.Suite(), data.D{"auth_code": demoAuthCode})
		assert.Nil(t, got, answer)
		var failed *token.Error
		require.ErrorAs(t, err, &failed, answer)
		assert.Equal(t, permanentPath, failed.Path)
	}
}

// G: install/defaults
func TestAgentOfAPermanentCode(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "", PermanentInfo{}.AgentId())
	assert.False(t, PermanentInfo{}.IsCustomizedApp())
	p := PermanentInfo{AuthInfo: AuthInfo{Agent: []Agent{{AgentId: 1000012, IsCustomizedApp: true}, {AgentId: 2}}}}
	assert.Equal(t, "1000012", p.AgentId())
	assert.True(t, p.IsCustomizedApp())
	assert.Equal(t, "0", PermanentInfo{AuthInfo: AuthInfo{Agent: make([]Agent, 1)}}.AgentId())
	assert.True(t, Permanent{PermanentInfo: p}.IsCustomizedApp())
}
