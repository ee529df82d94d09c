package desk

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	cashierKey  = "cashier-key"
	paytoolPath = "/cgi-bin/paytool/"
	signedBody  = `{"business_type":2,"custom_corpid":"wpCorpAAAA0001","pay_type":0,"product_list":{"customized_app":{
		"order_type":0,"buy_info_list":[{"suiteid":"dk0000templ00001","duration_days":365,"user_count":20,"total_price":199900}]}},
		"nonce_str":"n1","ts":1760000000,"creator":"","sig":"is not signed"}`
)

// asBody reads JSON as the server does.
func asBody(t *testing.T, text string) obj {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var body obj
	require.NoError(t, d.Decode(&body))
	return body
}

// TestCashierSignature compares with values computed by another program.
func TestCashierSignature(t *testing.T) {
	t.Parallel()
	body := asBody(t, signedBody)
	assert.Equal(t, "RCq/xJ91NumbE1fT5uACvA3D10zsp8qAvm4fCSZMtjw=", cashierSignature(cashierKey, body, false))
	assert.Equal(t, "V6EjnJVr2Br+Bx3gVxzXjnmXrXmwEhLdUzuCyThDZ/A=", cashierSignature(cashierKey, body, true))
	assert.Equal(t,
		cashierSignature("k", asBody(t, `{"a":["x","y",null,true],"b":{"c":0}}`), false),
		cashierSignature("k", asBody(t, `{"b":{"c":0},"a":[true,"y","x"],"sig":"z"}`), false), "leaves are sorted as texts")
	assert.NotEqual(t,
		cashierSignature("k", asBody(t, `{"a":0}`), false), cashierSignature("k", asBody(t, `{}`), false), "0 is signed")
}

// pay calls a cashier endpoint; a body without ts, nonce_str or sig gets good ones.
func (w counter) pay(code int, name string, in obj) obj {
	w.T.Helper()
	body := obj{"ts": w.unix(), "nonce_str": fmt.Sprint("n", w.nextNonce())}
	for k, v := range in {
		body[k] = v
	}
	if _, given := body["sig"]; !given {
		text, err := json.Marshal(body)
		require.NoError(w.T, err)
		body["sig"] = cashierSignature(cashierKey, asBody(w.T, string(text)), false)
	}
	out := w.post(paytoolPath+name, body)
	assert.Equal(w.T, code, faketest.Errcode(out), "%s %v: %v", name, in, out)
	return out
}

// nextNonce counts the requests made so far.
func (w counter) nextNonce() int { return len(w.Requests()) }

func newCashierWorld(t *testing.T) counter {
	t.Helper()
	w := newCounter(t)
	w.SetCashier("", cashierKey, true)
	_, err := w.Install(t.Context(), faketest.Template, faketest.Corp, platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	return w
}

func TestCashierVerification(t *testing.T) {
	t.Parallel()
	w := newCashierWorld(t)
	list := func(extra obj) obj {
		in := obj{"limit": 10}
		for k, v := range extra {
			in[k] = v
		}
		return in
	}
	const quarter = 15 * 60
	now := w.unix()
	w.pay(codeOK, "get_order_list", list(nil))
	w.pay(codeBadSignature, "get_order_list", list(obj{"sig": "ZGVtby1zaWc="}))
	w.pay(platform.CodeBadParam, "get_order_list", obj{"limit": 10, "sig": ""}) // missing
	for _, row := range []struct {
		code int
		ts   int64
	}{
		{codeOK, now - quarter}, {codeOK, now + quarter}, {codeCashierClock, now - quarter - 1}, {codeCashierClock, now + quarter + 1},
		{codeCashierClock, 0}, {codeCashierClock, -1 << 62},
	} {
		w.pay(row.code, "get_order_list", list(obj{"ts": row.ts}))
	}
	w.pay(codeOK, "get_order_list", list(obj{"nonce_str": strings.Repeat("n", 32)}))
	w.pay(codeCashierNonce, "get_order_list", list(obj{"nonce_str": strings.Repeat("n", 33)}))

	w.pay(codeBadSignature, "get_order_list", list(obj{"nonce_str": "once", "sig": "bad"}))
	w.pay(codeOK, "get_order_list", list(obj{"nonce_str": "once"})) // a wrong signature uses no nonce up
	w.pay(codeCashierNonce, "get_order_list", list(obj{"nonce_str": "once"}))
	w.Clock.Add(15*time.Minute - time.Second)
	w.pay(codeCashierNonce, "get_order_list", list(obj{"nonce_str": "once"}))
	w.Clock.Add(time.Second)
	w.pay(codeOK, "get_order_list", list(obj{"nonce_str": "once"}))

	w.SetCashier("", "another key", true)
	assert.Subset(t, w.Secrets(), []string{cashierKey, "another key"})
	w.pay(codeBadSignature, "get_order_list", list(nil))
	w.SetCashier("", "", true)
	w.pay(codeBadSignature, "get_order_list", list(nil))
}

func FuzzCashierSignature(f *testing.F) {
	f.Add(signedBody)
	f.Add(`{"a":[[{"b":[]}],1e5,null],"sig":{}}`)
	f.Fuzz(func(t *testing.T, text string) {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var body obj
		if d.Decode(&body) != nil {
			return
		}
		if len(cashierSignature("k", body, true)) != 44 {
			t.Fatal("no signature")
		}
	})
}
