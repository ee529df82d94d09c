package order

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/redact"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The signature was computed apart from this code, over
// business_type=1&discount_ratio=90&discount_remarks=老客户&discount_type=2&duration_days=365&edition_id=E&=1&nonce_str=n1&notify_custom_corp=0&order_type=0&pay_type=0&suiteid=ww1&suiteid=ww2&ts=1704067200&user_count=20&user_count=9007199254740993
// G: order/cashier
func TestCashierSignature(t *testing.T) {
	t.Parallel()
	body, err := decode([]byte(`{"business_type":1,"pay_type":0,"product_list":{"third_app":{"order_type":0,"notify_custom_corp":0,
		"buy_info_list":[{"suiteid":"ww1","edition_id":"E&=1","user_count":20,"duration_days":365,
		"discount_info":{"discount_type":2,"discount_ratio":90,"discount_remarks":"老客户"}},
		{"suiteid":"ww2","edition_id":"","user_count":9007199254740993}],"nothing":null}},
		"nonce_str":"n1","ts":1704067200,"sig":"old"}`))
	require.NoError(t, err)
	assert.Equal(t, "5tODygN61gIKKE2KrufBWKBherr8G6JAanUl8VYlB2k=", PaytoolKey("cashier-key").sign(body))
}

// G: order/cashier
func TestCashierRequestsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[any]bool{}
	request := signedRequest{"k", orderIdReq{"N1"}}
	for range 100 {
		data, err := json.Marshal(request)
		require.NoError(t, err)
		body, err := decode(data)
		require.NoError(t, err)
		assert.Equal(t, "N1", body["order_id"])
		nonce := body["nonce_str"].(string)
		assert.False(t, seen[nonce], "nonces must not repeat")
		assert.LessOrEqual(t, len(nonce), 32)
		seen[nonce] = true
		assert.Equal(t, PaytoolKey("k").sign(body), body["sig"], "sig itself is not signed")
		assert.NotEqual(t, PaytoolKey("other").sign(body), body["sig"])
	}
}

// G: order/cashier
func TestCashierRequestsAreSentAsTheyAre(t *testing.T) {
	t.Parallel()
	data, err := signedRequest{"k", map[string]any{"creator": "a<b>&c", "price": int64(9007199254740993)}}.MarshalJSON()
	require.NoError(t, err)
	assert.Contains(t, string(data), `"creator":"a<b>&c"`)
	assert.Contains(t, string(data), `"price":9007199254740993`)
}

func TestCashierRequestsAreObjects(t *testing.T) {
	t.Parallel()
	for _, bad := range []any{[]int{1}, "text", func() {}} {
		_, err := signedRequest{"k", bad}.MarshalJSON()
		require.Error(t, err)
	}
}

// G: secret/texts
func TestCashierKeyIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-cashier-key"
	key := PaytoolKey(secret)
	config := struct{ Key PaytoolKey }{key}
	var text strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&text, verb+" "+verb+" "+verb+"\n", key, config, &config)
	}
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "key", key, "config", config)
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "key", key)
	mask := redact.Mask(secret)
	require.NotEmpty(t, mask)
	assert.Equal(t, mask+" {"+mask+"}", fmt.Sprintf("%v %v", key, config), "it can be told that there is one")
	for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret)} {
		assert.NotContains(t, text.String(), form)
		assert.NotContains(t, logged.String(), form)
	}
}
