package purchase_test

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
)

// G: endpoint/names
func TestWireNames(t *testing.T) {
	t.Parallel()
	spectest.WireNames(t, ".", spectest.Why{"Progress.Version=v": "short, as in every saved record", "Renewal.Duration=account_duration": "WeCom's name of it, as in an order"})
}
