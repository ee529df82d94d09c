package order

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// WeCom takes each nonce once, so what is sent again, after a refused token or a lost
// answer, bears another nonce, its own time and a signature over both.
// G: request/retries
func TestCashierRequestsAreSignedAnewForEachAttempt(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]string{"a refused token": `{"errcode":42001}`, "a busy system": `{"errcode":-1}`, "a lost answer": ""} {
		synctest.Test(t, func(t *testing.T) {
			var bodies []map[string]any
			api, err := token.New(token.Config{
				CorpId: "wwProvider0001", ProviderSecret: "provider-secret",
				HTTPClient: &http.Client{Transport: spectest.Canned(func(_ string, body []byte) string {
					v, err := decode(body)
					assert.NoError(t, err)
					bodies = append(bodies, v)
					assert.Equal(t, json.Number(fmt.Sprint(time.Now().Unix())), bodies[len(bodies)-1]["ts"])
					if time.Sleep(2 * time.Second); len(bodies) == 1 {
						return failure
					}
					return `{"pay_order":{"order_id":"N1"}}`
				})},
			})
			require.NoError(t, err)
			detail, err := PaytoolGetOrderDetail(api, "cashier-key", "N1")
			require.NoError(t, err, name)
			assert.Equal(t, "N1", detail.OrderId)
			require.Len(t, bodies, 2, name)
			assert.NotEqual(t, bodies[0]["nonce_str"], bodies[1]["nonce_str"], "%s: the nonce is used up", name)
			for _, body := range bodies {
				assert.Equal(t, "N1", body["order_id"])
				assert.Equal(t, PaytoolKey("cashier-key").sign(body), body["sig"], name)
			}
		})
	}
}
