package order_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/stretchr/testify/assert"
)

// A gateway that is busy or broken is waited for; one that refuses the query is not.
// G: order/wait
func TestWaitOutlastsAGatewayThatMayRecover(t *testing.T) {
	t.Parallel()
	for code, waits := range map[int]bool{400: false, 403: false, 404: false, 499: false, 429: true, 500: true, 502: true, 503: true, 302: true} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			canned := spectest.Canned(func(string, []byte) string { return status(order.OrderPaid) })
			api := testworld.Api(t.Context(), inprocess.Func(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == "/cgi-bin/license/get_order" && time.Since(start) < time.Minute {
					return &http.Response{StatusCode: code, Body: io.NopCloser(strings.NewReader("<html>sorry"))}, nil
				}
				return canned.RoundTrip(r)
			}))
			_, err := order.ORWaitPaid(api, "O1", time.Minute)
			assert.Equal(t, waits, err == nil, "%d: %v", code, err)
		})
	}
}
