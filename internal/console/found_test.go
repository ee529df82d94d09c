package console

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/sandbox"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	all := []string{"Alpha one", "alpha two", "Beta one"}
	same := func(x string) string { return x }
	f := search(" ONE al ", all, same)
	assert.Equal(t, []string{"Alpha one"}, f.Rows)
	assert.Equal(t, "ONE al", f.Q)
	assert.False(t, f.Cut())
	assert.False(t, f.Whole())
	assert.True(t, search("", all, same).Whole())
	many := make([]int, shownMost+1)
	g := search("", many, strconv.Itoa)
	assert.Len(t, g.Rows, shownMost)
	assert.Equal(t, shownMost+1, g.All)
	assert.True(t, g.Cut())
	assert.False(t, g.Whole(), "the browser does not have all")
}

func TestEffects(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	p := &page{lang: english, Status: sandbox.Status{Now: now}}
	d := &overviewFacts{}
	assert.Empty(t, p.effects(d))
	d.tokens = []sandbox.Token{{Left: sandbox.Span(time.Hour)}, {Left: sandbox.Span(2 * time.Hour)}, {Killed: 40014}}
	code := func(status int, left time.Duration) sandbox.LicenseCode {
		return sandbox.LicenseCode{Status: status, Expires: now.Add(left)}
	}
	d.orders = []sandbox.Order{{Codes: []sandbox.LicenseCode{code(codeBound, 5*24*time.Hour), code(codeWaiting, 31*24*time.Hour), code(codeExpired, -time.Hour), {Status: codeUnbound}}}}
	assert.Equal(t, []effect{{"+1 hour", "1\u00a0token"}, {"+1 day", "2\u00a0tokens"}, {"+31 days", "2\u00a0tokens, 2\u00a0codes"}}, p.effects(d))
	p.lang = chinese
	assert.Equal(t, "2\u00a0个令牌、2\u00a0个激活码", p.effects(d)[2].Text)
}

func TestMarksOfNotes(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []marked{{"a", "#01234567"}, {"b", "#89abcdef"}}, marksIn([]byte(`{"b":"#89abcdef","a":"#01234567","c":"x #01234567","d":7,"e":{"f":"#01234567"}}`)))
	assert.Empty(t, marksIn([]byte(`[]`)))
}

// A search keeps the member that is being changed.
func TestSearchKeeps(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	member := s.members()[1].UserId
	assert.Contains(t, s.page("/corps/"+s.corp+"?member="+member), `<input type="hidden" name="member" value="`+member+`">`)
	assert.NotContains(t, s.page("/corps/"+s.corp), `type="hidden" name="member"`)
	assert.Contains(t, s.page("/orders?state=paid"), `<input type="hidden" name="state" value="paid">`)
}
