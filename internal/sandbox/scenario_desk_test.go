package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bought is a corp whose members have base accounts: the first and the second of three.
func (s *sandbox) bought() (corp string, users []string, provider, order string) {
	s.t.Helper()
	s.post("/balance", `{"fen":100000000}`)
	corp, users = s.corp()
	provider, _ = s.tokens(s.post("/installs", marshal(obj{"corp_id": corp})), corp)
	out := s.post("/orders", marshal(obj{"corp_id": corp, "buyer": "chen", "base": 3, "months": 1}))
	order = text(inner(out, "order"), "order_id")
	s.post("/orders/"+order+"/bank", "{}")
	s.post("/orders/"+order+"/pay", "{}")
	codes := list(s.get("/orders/"+order), "codes")
	for i := range 2 {
		s.post("/licenses/activate", marshal(obj{"corp_id": corp, "code": codes[i]["code"], "user_id": users[i]}))
	}
	return corp, users, provider, order
}

func renewals(s *sandbox) {
	corp, users, _, order := s.bought()
	renewal := obj{"corp_id": corp, "buyer": "chen", "base_user_ids": users[:2], "months": 2}
	out := s.post("/orders/renew", marshal(renewal))
	renewed := inner(out, "order")
	assert.EqualValues(s.t, 2, renewed["kind"])
	assert.EqualValues(s.t, 2, renewed["base"])
	before := text(list(s.get("/orders/"+order), "codes")[0], "expires")
	s.post("/orders/"+text(renewed, "order_id")+"/pay", "{}")
	assert.Greater(s.t, text(list(s.get("/orders/"+order), "codes")[0], "expires"), before)
	for _, wrong := range []obj{{"base_user_ids": nil}, {"interop_user_ids": users[:1]}, {"months": 0}, {"corp_id": "nothing"}, {"new_expire": "tomorrow"}} {
		s.wrong(http.MethodPost, "/orders/renew", marshal(with(renewal, wrong)))
	}
	renewal = with(renewal, obj{"months": 0, "new_expire": time.Now().AddDate(1, 0, 0)})
	unpaid := inner(s.post("/orders/renew", marshal(renewal)), "order")
	assert.EqualValues(s.t, 0, unpaid["months"])
	s.post("/orders/"+text(unpaid, "order_id")+"/expire", "{}")

	s.post("/licenses/transfer", marshal(obj{"corp_id": corp, "from_user_id": users[0], "to_user_id": users[2]}))
	assert.Equal(s.t, users[2], list(s.get("/orders/"+order), "codes")[0]["user_id"])
	s.wrong(http.MethodPost, "/licenses/transfer", marshal(obj{"corp_id": corp, "from_user_id": users[0], "to_user_id": users[2]}))
	s.wrong(http.MethodPost, "/licenses/activate", marshal(obj{"corp_id": corp, "code": "nothing", "user_id": users[0]}))

	other, _ := s.corp()
	s.post("/installs", marshal(obj{"corp_id": other}))
	union := obj{"corp_ids": []string{corp, other}, "buyer": "chen", "base": 1, "months": 1}
	out = s.post("/orders/union", marshal(union))
	assert.EqualValues(s.t, 8, inner(out, "order")["kind"])
	assert.Len(s.t, inner(out, "order")["subs"], 2)
	for _, wrong := range []obj{{"corp_ids": nil}, {"corp_ids": []string{corp, "nothing"}}, {"corp_ids": []string{corp, corp}}, {"base": 0}} {
		s.wrong(http.MethodPost, "/orders/union", marshal(with(union, wrong)))
	}
	migration := obj{"corp_id": other, "buyer": "chen", "base": 2, "months": 12, "contract": true}
	out = s.post("/orders/migrate", marshal(migration))
	assert.EqualValues(s.t, 6, inner(out, "order")["kind"])
	assert.Len(s.t, list(inner(out, "order"), "codes"), 2)
	for _, wrong := range []obj{{"base": -1}, {"interop": 1000000000}, {"corp_id": "nothing"}} {
		s.wrong(http.MethodPost, "/orders/migrate", marshal(with(migration, wrong)))
	}
}

// with is an object with other fields in it.
func with(o, more obj) obj {
	out := obj{}
	for _, part := range []obj{o, more} {
		for k, v := range part {
			out[k] = v
		}
	}
	return out
}

func licenseRules(s *sandbox) {
	corp, users, _, _ := s.bought()
	at := "/corps/" + corp + "/license"
	assert.Equal(s.t, []any{false, true}, []any{s.get(at)["auto_active"], s.get(at)["bought"]})
	out := s.post(at, `{"auto_active":true,"head_count":20,"legacy":3}`)
	assert.Equal(s.t, []any{true, 20.0, 3.0}, []any{out["auto_active"], out["head_count"], out["legacy"]})
	out = s.post(at, `{"overseas":true}`)
	assert.Equal(s.t, []any{true, 20.0, true}, []any{out["auto_active"], out["head_count"], out["overseas"]}, "what is left out stays")
	for _, body := range []string{`{"legacy":4}`, `{"app_orders":5}`, `{"head_count":-1}`} {
		s.wrong(http.MethodPost, at, body)
	}
	other, _ := s.corp()
	code, _ := s.wrong(http.MethodPost, "/corps/"+other+"/license", `{"auto_active":true}`)
	assert.Equal(s.t, "refused", code, "it has bought nothing")

	out = s.post("/use", marshal(obj{"corp_id": corp, "user_ids": users[2:]}))
	assert.Equal(s.t, []string{"auto_activate"}, pushed(out))
	s.wrong(http.MethodPost, "/use", marshal(obj{"corp_id": corp}))
	s.wrong(http.MethodPost, "/use", marshal(obj{"corp_id": corp, "user_ids": users, "scene": 4}))
	s.post("/corps/"+corp+"/trial", `{"days":10}`)
	s.wrong(http.MethodPost, "/corps/"+corp+"/trial", `{"days":-1}`)

	policy := s.get("/license-policy")
	policy["job_delay"], policy["renew_expired"], policy["bind_days"] = "1h0m0s", true, 30
	out = s.post("/license-policy", marshal(policy))
	assert.Equal(s.t, []any{"1h0m0s", true, 30.0}, []any{out["job_delay"], out["renew_expired"], out["bind_days"]})
	assert.Equal(s.t, out, s.get("/license-policy"))
	for name, value := range (obj{"cap_days": -1, "job_delay": "-1s", "bind_days": 100001}) {
		s.wrong(http.MethodPost, "/license-policy", marshal(with(policy, obj{name: value})))
	}
	s.post("/license-policy", marshal(with(policy, obj{"job_delay": "0s", "renew_expired": false, "bind_days": 365})))
}

func links(s *sandbox) {
	up, _, _, order := s.bought()
	down, _ := s.corp()
	free := list(s.get("/orders/"+order), "codes")[2]["code"]
	share := marshal(obj{"up_corp_id": up, "down_corp_id": down, "codes": []any{free}})
	s.wrong(http.MethodPost, "/links/share", share)
	link := obj{"up_corp_id": up, "down_corp_id": down, "head_count": 3, "app_shared": true}
	s.post("/links", marshal(link))
	s.post("/links/share", share)
	all := list(s.get("/links"), "links")
	require.Len(s.t, all, 1)
	assert.Equal(s.t, with(link, obj{"kind": 0.0, "head_count": 3.0, "given": 1.0}), all[0])
	assert.Equal(s.t, down, list(s.get("/orders/"+order), "codes")[2]["receiver_id"])
	for _, wrong := range []obj{{"down_corp_id": up}, {"kind": 2}, {"head_count": -1}, {"up_corp_id": "nothing"}} {
		s.wrong(http.MethodPost, "/links", marshal(with(link, wrong)))
	}
}

func cashier(s *sandbox) {
	corp, _ := s.corp()
	a := s.cfg.Apps[1]
	installed := s.post("/installs", marshal(obj{"corp_id": corp}))
	s.post("/installs", marshal(obj{"corp_id": corp, "suite_id": a.SuiteId}))
	provider, _ := s.tokens(installed, corp)
	assert.Equal(s.t, false, s.get("/cashier")["has_key"])
	key := s.reveal(text(s.post("/cashier", `{"merchant":true}`), "key"))
	s.wrong(http.MethodPost, "/cashier", `{"key":"short"}`)
	nonce, now := "n-1", time.Now().Unix()
	leaves := fmt.Sprintf("business_type=2&custom_corpid=%s&duration_days=365&nonce_str=%s&order_type=0&pay_type=0&suiteid=%s&total_price=199900&ts=%d", corp, nonce, a.SuiteId, now)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(leaves))
	out := s.call("paytool/open_order?provider_access_token="+provider, marshal(obj{"nonce_str": nonce, "ts": now, "sig": base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		"business_type": 2, "custom_corpid": corp, "pay_type": 0, "product_list": obj{"customized_app": obj{"order_type": 0,
			"buy_info_list": []obj{{"suiteid": a.SuiteId, "duration_days": 365, "total_price": 199900}}}}}))
	id := text(out, "order_id")
	at := "/cashier/" + id
	s.wrong(http.MethodPost, at+"/invoice", `{"title":"Riverside"}`)
	out = s.post(at+"/pay", "{}")
	assert.EqualValues(s.t, 2, out["status"])
	s.wrong(http.MethodPost, at+"/pay", "{}")
	out = s.post(at+"/invoice", `{"title":"Riverside","tax_number":"91-0","type":1}`)
	assert.Equal(s.t, []any{true, true}, []any{out["has_key"], out["merchant"]})
	invoices := list(out, "invoices")
	require.Len(s.t, invoices, 1)
	assert.Equal(s.t, []any{id, corp, 199900.0, "Riverside"}, []any{invoices[0]["order_id"], invoices[0]["corp_id"], invoices[0]["paid"], invoices[0]["title"]})
	assert.Equal(s.t, id, list(s.get("/cashier"), "orders")[0]["order_id"])
	s.wrong(http.MethodPost, at+"/invoice", `{"title":"Riverside","type":2}`)
	code, _ := s.wrong(http.MethodPost, "/cashier/nothing/pay", "{}")
	assert.Equal(s.t, "unknown_cashier_order", code)
}

func advanced(s *sandbox) {
	corp, _ := s.corp()
	provider, _ := s.tokens(s.post("/installs", marshal(obj{"corp_id": corp})), corp)
	id := text(s.call("advanced_api/create_order?provider_access_token="+provider, marshal(obj{"custom_corpid": corp, "buyer_userid": "chen",
		"chat_archive_api": obj{"edition": 2, "purchase_count": 10}})), "order_id")
	out := s.post("/advanced-orders/"+id+"/move", `{"status":1}`)
	assert.Equal(s.t, []string{"advanced_api_pay_success"}, pushed(out))
	all := list(s.get("/advanced-orders?corp_id="+corp), "orders")
	require.Len(s.t, all, 1)
	assert.Equal(s.t, []any{id, 1.0, 10.0}, []any{all[0]["order_id"], all[0]["status"], all[0]["count"]})
	assert.Empty(s.t, list(s.get("/advanced-orders?corp_id=other"), "orders"))
	s.wrong(http.MethodPost, "/advanced-orders/"+id+"/move", `{"status":3}`)
}
