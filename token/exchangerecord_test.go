package token

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
)

// A cleared answer has all that is no secret, also of one that breaks off.
// G: install/removal
func TestClearedAnswers(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		`{"permanent_code":"x","auth_corp_info":{"corpid":"wp"},"list":[{"ticket":"t","a":1},[2]],"n":12345678901234567890}`: `{"auth_corp_info":{"corpid":"wp"},"list":[{"a":1},[2]],"n":12345678901234567890}`,
		`{"a":"1","code":"x","b":null,"permanent_code":{"x":"y"}}`:                                                           `{"a":"1","b":null}`,
		`{"a":1,"permanent_code":"x","b":{"c":`:                                                                              `{"a":1}`,
		`{"a\"b":1}`:                                                                                                         `{"a\"b":1}`,
		`{}`:                                                                                                                 `{}`,
		``:                                                                                                                   `{}`,
	} {
		r := exchangeRecord{V: 1, Answer: []byte(answer), Asked: 5, Base: 7}.cleared()
		assert.Equal(t, exchangeRecord{V: 1, Answer: []byte(want), Asked: 5, Base: 7, Saved: true, Removed: true}, r)
		assert.True(t, r.answered(), "the code is used up")
	}
}

// An answer is WeCom's if it names the corp and its permanent code, whatever else is in it.
// G: install/answer
func TestWhatAnAnswerMustHold(t *testing.T) {
	t.Parallel()
	r := exchangeRecord{Answer: []byte(`{"permanent_code":"p","auth_corp_info":{"corpid":"wp","corp_name":"name"},
		"auth_info":{"agent":[{"agentid":7,"is_customized_app":true},{"agentid":8}]}}`)}
	in, err := r.installation()
	require.NoError(t, err)
	assert.Equal(t, Installation{CorpId: "wp", PermanentCode: "p", CorpName: "name", AgentId: 7, Customized: true}, in)
	assert.True(t, r.answered())
	for _, answer := range []string{
		``, `{}`, `{"permanent_code":"p"}`, `{"permanent_code":"p","corpid":"wp"}`, `{"auth_corp_info":{"corpid":"wp"}}`,
		`{"permanent_code":"","auth_corp_info":{"corpid":"wp"}}`, `{"permanent_code":"p","auth_corp_info":{"corpid":""}}`,
	} {
		r := exchangeRecord{Answer: []byte(answer)}
		in, err := r.installation()
		require.ErrorContains(t, err, "no permanent_code or no corpid", answer)
		assert.Zero(t, in)
		assert.False(t, r.answered(), answer)
	}
	in, err = exchangeRecord{Answer: []byte(`{"permanent_code":"p","auth_corp_info":{"corpid":"wp"},"auth_info":{"agent":[]}}`)}.installation()
	require.NoError(t, err)
	assert.Equal(t, Installation{CorpId: "wp", PermanentCode: "p"}, in)
}

// The token that came with an answer is used while it needs no renewal, unless its age is
// not known.
// G: install/first-token
func TestTheFirstToken(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		now := clock.Now()
		const good = `{"access_token":"tok","expires_in":7200}`
		for _, row := range []struct {
			answer  string
			asked   time.Duration // before now
			justNow bool
			want    bool
		}{
			{good, 0, true, true},
			{good, 0, false, true},
			{good, time.Hour, false, true},
			{good, 2*time.Hour - 4*time.Minute, false, false},
			{good, 3 * time.Hour, false, false},
			{good, -time.Minute, false, true},
			{good, -time.Minute - time.Second, false, false},
			{good, -time.Hour, true, true},
			{`{"access_token":"tok","expires_in":"7200"}`, 0, false, true},
			{`{"access_token":"tok","expires_in":1}`, 0, false, true},
			{`{"access_token":"tok","expires_in":0}`, 0, false, false},
			{`{"access_token":"tok","expires_in":-1}`, 0, false, false},
			{`{"access_token":"tok"}`, 0, false, false},
			{`{"access_token":"","expires_in":7200}`, 0, false, false},
			{`{"expires_in":7200}`, 0, false, false},
		} {
			g := exchangeRecord{Answer: []byte(row.answer), Asked: now.Add(-row.asked).UnixMilli(), justNow: row.justNow}.first()
			require.Equal(t, row.want, g != nil, "%s %s", row.answer, row.asked)
			if g != nil {
				assert.Equal(t, "tok", g.token)
				assert.InDelta(t, max(0, row.asked), g.age(), float64(time.Millisecond))
			}
		}
	})
}
