package console

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	assert.Contains(t, s.page("/codes"), "No codes yet")
	s.fill()
	body := s.page("/codes")
	assert.Contains(t, body, "379\u00a0d once bound")
	assert.Contains(t, body, "31\u00a0d</span>")
	assert.Contains(t, body, `href="/codes.csv"`)
	for state, count := range map[string]int{"": 4, "bound": 1, "unbound": 3, "soon": 0, "expired": 0, "dead": 0} {
		assert.Len(t, s.listed("/codes?state="+state), count, state)
	}
	_, err := s.MoveClock(t.Context(), sandbox.ClockMove{Add: sandbox.Span(12 * 24 * time.Hour)})
	require.NoError(t, err)
	assert.Equal(t, []string{s.order}, s.listed("/codes?state=soon"))
	_, err = s.MoveClock(t.Context(), sandbox.ClockMove{Add: sandbox.Span(20 * 24 * time.Hour)})
	require.NoError(t, err)
	assert.Len(t, s.listed("/codes?state=expired"), 1)
	assert.Contains(t, s.page("/codes?state=expired"), "ended ")
}

func TestCodesCSV(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	name := "=cmd()"
	_, err := s.ChangeMember(t.Context(), sandbox.MemberChange{CorpRef: sandbox.CorpRef{CorpId: s.corp}, UserId: s.members()[0].UserId, Name: &name})
	require.NoError(t, err)
	s.lang = chinese
	for query, count := range map[string]int{"": 4, "?state=bound": 1, "?q=" + s.order: 3, "?q=nothing": 0} {
		res, body := s.ask(http.MethodGet, "/codes.csv"+query, nil)
		require.Equal(t, http.StatusOK, res.StatusCode)
		assert.Equal(t, "text/csv; charset=utf-8", res.Header.Get("Content-Type"))
		assert.Contains(t, res.Header.Get("Content-Disposition"), "codes.csv")
		table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
		require.NoError(t, err)
		require.Len(t, table, count+1, query)
		assert.Equal(t, "active_code", table[0][0])
		if query == "?state=bound" {
			assert.Equal(t, []string{"基础", "有效", s.corp}, table[1][1:4])
			assert.Equal(t, "'=cmd()", table[1][6])
			assert.Equal(t, s.order, table[1][9])
			begin, err := time.Parse(time.DateTime, table[1][7])
			require.NoError(t, err)
			end, err := time.Parse(time.DateTime, table[1][8])
			require.NoError(t, err)
			assert.Equal(t, 31*24*time.Hour, end.Sub(begin))
		}
	}
}

func TestCodeStates(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		code  sandbox.LicenseCode
		left  int
		group string
		kind  string
		text  string
	}{
		{sandbox.LicenseCode{Status: codeUnbound}, 0, "unbound", "", "unbound"},
		{sandbox.LicenseCode{Status: codeUnbound, Void: true}, 0, "dead", "", "void"},
		{sandbox.LicenseCode{Status: codeBound}, 21, "bound", "ok", "valid"},
		{sandbox.LicenseCode{Status: codeBound}, 20, "soon", "warn", "ends soon"},
		{sandbox.LicenseCode{Status: codeExpired}, 0, "expired", "bad", "expired"},
		{sandbox.LicenseCode{Status: codeWaiting}, 5, "bound", "warn", "to transfer"},
		{sandbox.LicenseCode{Status: codeMerged}, 0, "dead", "", "merged"},
	} {
		row := codeRow{LicenseCode: x.code, DaysLeft: x.left}
		row.state(english)
		assert.Equal(t, []string{x.group, x.kind, x.text}, []string{row.Group, row.StateKind, row.State})
	}
	assert.Equal(t, 0, days(-time.Hour))
	assert.Equal(t, 1, days(time.Second))
	assert.Equal(t, 2, days(24*time.Hour+1))
	assert.Equal(t, "down", holderCorp(sandbox.LicenseCode{CorpId: "up", ReceiverId: "down"}))
}
