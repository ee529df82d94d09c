package console

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

func TestRowsOfCalls(t *testing.T) {
	t.Parallel()
	known := names{"ww1": "Riverside", "suite1": "Orders"}
	for _, x := range []struct {
		request            sandbox.Request
		kind, result, took string
	}{
		{sandbox.Request{Status: 200, Ms: 12}, "ok", "0 ok", "12\u00a0ms"},
		{sandbox.Request{Status: 200, Ms: 1500}, "ok", "0 ok", "1.5\u00a0s"},
		{sandbox.Request{Status: 0, Ms: 12}, "bad", "no answer", "–"},
		{sandbox.Request{Status: 502, ErrCode: 1}, "bad", "HTTP 502", "0\u00a0ms"},
		{sandbox.Request{Status: 200, ErrCode: 40014, Fault: true}, "bad", "40014", "0\u00a0ms"},
		{sandbox.Request{Status: 200, Fault: true}, "now", "0 fault applied", "0\u00a0ms"},
		{sandbox.Request{Status: 200, Sample: true}, "", "0 sample", "0\u00a0ms"},
	} {
		got := callRow(english, known, x.request)
		assert.Equal(t, [3]string{x.kind, x.result, x.took}, [3]string{got.Kind, got.Result, got.Took}, "%+v", x.request)
	}
	row := callRow(english, known, sandbox.Request{Id: 7, Method: "POST", Path: "/cgi-bin/message/send", CorpId: "ww1", SuiteId: "suite1"})
	assert.Equal(t, [4]string{"call-7", "/cgi-bin/message/", "send", "Riverside"}, [4]string{row.Id, row.Lead, row.What, row.Who})
	assert.Equal(t, "Orders", callRow(english, known, sandbox.Request{Path: "odd", SuiteId: "suite1"}).Who, "without a corp it is the app")
	assert.Equal(t, "odd", callRow(english, known, sandbox.Request{Path: "odd"}).What)
}

func TestRowsOfPushes(t *testing.T) {
	t.Parallel()
	known := names{"ww1": "Riverside", "suite1": "Orders"}
	row := func(accepted bool, tries ...sandbox.Try) logRow {
		return pushRow(english, known, sandbox.Push{Id: 3, Kind: "create_auth", SuiteId: "suite1", Channel: spec.ChannelInstruction, Accepted: accepted, Tries: tries})
	}
	for _, x := range []struct {
		row                logRow
		kind, result, took string
	}{
		{row(false), "warn", "no URL", "–"},
		{row(true, sandbox.Try{Status: 200, Ms: 8}), "ok", "200 success", "8\u00a0ms"},
		{row(false, sandbox.Try{Status: 200, Body: "no", Ms: 8}), "bad", "not accepted 200", "8\u00a0ms"},
		{row(false, sandbox.Try{Status: 200, Body: "no"}, sandbox.Try{Error: "refused", Ms: 1}), "bad", "not accepted", "–"},
	} {
		assert.Equal(t, [3]string{x.kind, x.result, x.took}, [3]string{x.row.Kind, x.row.Result, x.row.Took})
		assert.Equal(t, "Orders", x.row.Who)
		assert.Equal(t, "push-3", x.row.Id)
	}
	assert.Equal(t, 2, row(false, sandbox.Try{}, sandbox.Try{}).Tries)
	assert.Equal(t, "Riverside", pushRow(english, known, sandbox.Push{SuiteId: "suite1", CorpId: "ww1"}).Who)
	assert.Equal(t, "ww2", pushRow(english, known, sandbox.Push{CorpId: "ww2"}).Who, "who has no name is called by his id")
}

func TestAppOfARow(t *testing.T) {
	t.Parallel()
	known := names{"suite1": "Orders"}
	call := func(suite string) logEntry {
		return logEntry{logRow: callRow(english, known, sandbox.Request{SuiteId: suite})}
	}
	assert.Equal(t, "Orders (suite1)", call("suite1").AppName())
	assert.Equal(t, "suite2", call("suite2").AppName())
	assert.Empty(t, call("").AppName())
	assert.Equal(t, "Orders (suite1)", logEntry{logRow: pushRow(english, known, sandbox.Push{SuiteId: "suite1"})}.AppName())
}

// A row is found by everything that it and its details show.
func TestRowsAreFoundByTheirTexts(t *testing.T) {
	t.Parallel()
	call := callRow(english, names{}, sandbox.Request{Id: 12, Path: "/cgi-bin/a", Method: "GET", Query: map[string][]string{"cursor": {"C9"}}, Body: `{"x":1}`, Answer: `{"y":2}`,
		Problem: "odd", Token: "#12345678", TokenKind: "corp", CorpId: "ww1", SuiteId: "suite1", Status: 200, ErrCode: 40058})
	for _, word := range []string{"GET", "/cgi-bin/a", "cursor", "C9", `"x":1`, `"y":2`, "odd", "#12345678", "corp", "ww1", "suite1", "40058", "call-12"} {
		assert.Contains(t, call.text(), word)
	}
	push := pushRow(english, names{"ww1": "Riverside"}, sandbox.Push{Id: 4, Kind: "create_auth", Channel: "data", CorpId: "ww1", SuiteId: "suite1", Event: "<xml>", Tries: []sandbox.Try{{Body: "no"}, {Error: "refused"}}})
	for _, word := range []string{"create_auth", "data", "ww1", "Riverside", "suite1", "<xml>", "no", "refused", "push-4"} {
		assert.Contains(t, push.text(), word)
	}
	assert.Equal(t, "ww1", call.corpId()+push.corpId()[3:])
	assert.Equal(t, int64(12+4), call.number()+push.number())
}
