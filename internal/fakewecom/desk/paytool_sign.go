package desk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	cashierClock    = 15 * time.Minute // ts may be so far off, and a nonce may not return
	cashierNonceMax = 32
	cashierConfirm  = 72 * time.Hour // then provider-paid and free orders confirm themselves

	codeCashierClock = platform.CodeBadParam // undocumented
	codeCashierNonce = platform.CodeBadParam // undocumented
)

// cashier is the provider's cashier (收银台).
type cashier struct {
	key       string
	merchant  bool // has a merchant account
	nonces    map[string]int64
	orders    map[string]*cashierOrder
	list      []*cashierOrder
	invoices  map[string]*Invoice
	invoiceBy []*Invoice
}

func newCashier() *cashier {
	return &cashier{
		merchant: true, nonces: map[string]int64{},
		orders: map[string]*cashierOrder{}, invoices: map[string]*Invoice{},
	}
}

// SetCashier gives the provider its cashier key, without which every signature
// is wrong, and says whether it has a merchant account.
func (ds *Desks) SetCashier(providerCorpId, key string, merchant bool) {
	ds.host.Locked(func() {
		d := ds.desk(providerCorpId)
		d.cashier.key, d.cashier.merchant = key, merchant
		d.changed("", "")
		ds.host.Hide(key)
	})
}

// cashierSignature signs a body: its leaves as key=value, sorted, joined with
// &. Empty texts are left out by the page's text and kept by its demo code.
func cashierSignature(key string, body obj, keepEmpty bool) string {
	leaves := cashierLeaves(nil, body, keepEmpty)
	slices.Sort(leaves)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(strings.Join(leaves, "&")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func cashierLeaves(out []string, body obj, keepEmpty bool) []string {
	for name, v := range body {
		if name != "sig" {
			out = cashierLeaf(out, name, v, keepEmpty)
		}
	}
	return out
}

func cashierLeaf(out []string, name string, v any, keepEmpty bool) []string {
	switch v := v.(type) {
	case obj:
		return cashierLeaves(out, v, keepEmpty)
	case []any:
		for _, item := range v {
			out = cashierLeaf(out, name, item, keepEmpty)
		}
	case string:
		if v != "" || keepEmpty {
			out = append(out, name+"="+v)
		}
	case json.Number:
		out = append(out, name+"="+v.String())
	case bool:
		out = append(out, name+"="+strconv.FormatBool(v))
	}
	return out
}

// verify checks a signed request; a nonce counts as used only if it is right.
func (c *cashier) verify(body obj, nonce string, now time.Time) error {
	n, _ := body["ts"].(json.Number)
	unix, err := n.Int64()
	switch off := now.Sub(time.Unix(unix, 0)).Abs(); {
	case err != nil || off > cashierClock:
		return platform.Refuse(codeCashierClock, "invalid ts")
	case nonce == "" || len(nonce) > cashierNonceMax:
		return platform.Refuse(codeCashierNonce, "invalid nonce_str")
	case !c.signed(body):
		return platform.Refuse(codeBadSignature, "signature mismatch")
	}
	if used, ok := c.nonces[nonce]; ok && now.Sub(time.Unix(used, 0)) < cashierClock {
		return platform.Refuse(codeCashierNonce, "nonce_str used before")
	}
	for old, used := range c.nonces {
		if now.Sub(time.Unix(used, 0)) >= cashierClock {
			delete(c.nonces, old)
		}
	}
	c.nonces[nonce] = now.Unix()
	return nil
}

func (c *cashier) signed(body obj) bool {
	given, _ := body["sig"].(string)
	return c.key != "" && (hmac.Equal([]byte(given), []byte(cashierSignature(c.key, body, false))) ||
		hmac.Equal([]byte(given), []byte(cashierSignature(c.key, body, true))))
}

// cashierHandler verifies the signature before anything else.
func cashierHandler[In any](ds *Desks, answer func(d *desk, in In) (obj, error)) platform.Handler {
	handle := licHandler(ds, answer)
	return func(c *platform.Call) (obj, error) {
		if err := ds.desk(c.Provider()).cashier.verify(c.Body(), c.Str("nonce_str"), c.Now()); err != nil {
			return nil, err
		}
		return handle(c)
	}
}
