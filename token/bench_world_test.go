package token_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// What the benchmarks call: endpoints with a small answer, and one with a long list.
var (
	getCall  = token.Endpoint{Method: http.MethodGet, Path: "/cgi-bin/bench/get_order", Credential: token.Provider, Read: true}
	postCall = token.Endpoint{Path: "/cgi-bin/bench/get_order", Credential: token.Provider, Read: true}
	listCall = token.Endpoint{Path: "/cgi-bin/bench/list_active_info", Credential: token.Provider, Read: true}
)

type orderReq struct {
	CorpId  string `json:"corpid"`
	OrderId string `json:"order_id"`
}

// orderInfo is an answer of usual size.
type orderInfo struct {
	OrderId string `json:"order_id"`
	Status  int    `json:"order_status"`
	Price   int64  `json:"price"`
	PayTime int64  `json:"pay_time"`
}

var benchOrder = orderInfo{"OI000000CB67E45F0CF0D0E0B1", 1, 12_000, 1_641_052_800}

// activeInfo is one of a long list.
type activeInfo struct {
	ActiveCode string      `json:"active_code"`
	Type       int         `json:"type"`
	Status     int         `json:"status"`
	UserId     string      `json:"userid"`
	CreateTime int64       `json:"create_time"`
	ActiveTime int64       `json:"active_time"`
	ExpireTime int64       `json:"expire_time"`
	MergeInfo  activeMerge `json:"merge_info"`
}

type activeMerge struct {
	ToActiveCode   string `json:"to_active_code"`
	FromActiveCode string `json:"from_active_code"`
}

type activeList struct {
	NextCursor string       `json:"next_cursor"`
	HasMore    int          `json:"has_more"`
	List       []activeInfo `json:"account_list"`
}

func benchInfo(i int) activeInfo {
	return activeInfo{
		ActiveCode: fmt.Sprintf("LA%022d", i), Type: 1 + i%2, Status: 2, UserId: fmt.Sprintf("woAJ2GCAAAXtWyujaWJHDDGi0mAC%04d", i%10_000),
		CreateTime: 1_640_966_400 + int64(i), ActiveTime: 1_641_052_800 + int64(i), ExpireTime: 1_672_588_800 + int64(i),
		MergeInfo: activeMerge{FromActiveCode: fmt.Sprintf("LA%022d", i+1)},
	}
}

func benchAnswer(payload any) []byte {
	head, _ := json.Marshal(envelope{0, "ok"})
	rest, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	return []byte(strings.TrimSuffix(string(head), "}") + "," + strings.TrimPrefix(string(rest), "{"))
}

// benchList is an answer of about size bytes.
func benchList(size int) []byte {
	list := activeList{NextCursor: "bench-cursor", HasMore: 1}
	one, _ := json.Marshal(benchInfo(0))
	for i := range size / (len(one) + 1) {
		list.List = append(list.List, benchInfo(i))
	}
	return benchAnswer(list)
}

// quoteOne turns a number in the middle of a list into text, as WeCom does here and there.
func quoteOne(answer []byte) []byte {
	const name = `"status":`
	middle := len(answer) / 2
	at := middle + bytes.Index(answer[middle:], []byte(name+"2,")) + len(name)
	return append(append(bytes.Clone(answer[:at]), `"2"`...), answer[at+1:]...)
}

// stub is a WeCom that costs next to nothing: it gives one answer, and a new token to whoever
// asks for one, after a while if it is told to.
type stub struct {
	answer  []byte
	latency time.Duration
	tokens  atomic.Int64 // requests for one
}

// Lengths as WeCom's own have them.
const (
	benchTokenLen = 200
	benchCodeLen  = 86
)

// RoundTrip implements [http.RoundTripper].
func (s *stub) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
		req.Body.Close()
	}
	body := s.answer
	if strings.HasSuffix(req.URL.Path, "_token") {
		body = s.token()
	}
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}, nil
}

func (s *stub) token() []byte {
	if s.latency != 0 {
		time.Sleep(s.latency)
	}
	t := fmt.Sprintf("%0*d", benchTokenLen, s.tokens.Add(1))
	return fmt.Appendf(nil, `{"errcode":0,"errmsg":"ok","provider_access_token":%q,"suite_access_token":%q,"access_token":%q,"expires_in":7200}`, t, t, t)
}

// ServeHTTP is the same behind a socket.
func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	resp, err := s.RoundTrip(r)
	if err != nil {
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_, _ = io.Copy(w, resp.Body)
}

// benchApi is an Api of one provider and one suite with a ticket, without log and hooks.
func benchApi(tb testing.TB, change func(*token.Config)) *token.Api {
	tb.Helper()
	cfg := token.Config{CorpId: providerId, ProviderSecret: "bench-provider-secret", SuiteId: suiteId, SuiteSecret: "bench-suite-secret"}
	change(&cfg)
	api, err := token.New(cfg)
	require.NoError(tb, err)
	require.NoError(tb, api.SetSuiteTicket("bench-ticket", time.Now()))
	return api
}

func benchStubApi(tb testing.TB, s *stub) *token.Api {
	tb.Helper()
	return benchApi(tb, func(cfg *token.Config) { cfg.HTTPClient = &http.Client{Transport: s} })
}

// benchCorp gives the ids of the corps that benchInstall installs.
func benchCorp(i int) string { return fmt.Sprintf("wpBench%025d", i) }

func benchCorps(n int) (ids []string) {
	for i := range n {
		ids = append(ids, benchCorp(i))
	}
	return ids
}

const benchCorpName = "深圳市河畔科技有限公司"

// benchInstall installs n corps, gets each a token, and returns the size of what that is.
func benchInstall(tb testing.TB, api *token.Api, n int) (bytes int) {
	tb.Helper()
	for i := range n {
		in := token.Installation{CorpId: benchCorp(i), CorpName: benchCorpName, PermanentCode: fmt.Sprintf("%0*d", benchCodeLen, i)}
		require.NoError(tb, api.SetInstallation(in))
		v, err := api.WithCorp(in.CorpId).AccessToken(token.Corp)
		require.NoError(tb, err)
		bytes += len(in.CorpId) + len(in.CorpName) + len(in.PermanentCode) + len(v.AcsToken)
	}
	return bytes
}
