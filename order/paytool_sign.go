package order

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/redact"
)

// PaytoolKey is the cashier's API key (收银台 API 调用密钥), from 企业微信服务商助手 > 工具 >
// 收银台. It signs requests and is never sent; printing it shows no part of it.
type PaytoolKey string

// Format prints the key masked, whatever the verb.
func (k PaytoolKey) Format(s fmt.State, verb rune) {
	fmt.Fprintf(s, fmt.FormatString(s, verb), redact.Mask(string(k)))
}

// LogValue logs the key masked.
func (k PaytoolKey) LogValue() slog.Value { return slog.StringValue(redact.Mask(string(k))) }

// sign computes the signature of a cashier request, as decoded from JSON: HMAC-SHA256 over
// all its values that are not empty as key=value, sorted and joined by &. Values in lists
// and objects stand under their own key.
// https://developer.work.weixin.qq.com/document/path/98768
func (k PaytoolKey) sign(body map[string]any) string {
	pairs := pairsOf(nil, "", body)
	slices.Sort(pairs)
	mac := hmac.New(sha256.New, []byte(k))
	mac.Write([]byte(strings.Join(pairs, "&")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// pairsOf appends key=value for each value below v that is not empty.
func pairsOf(pairs []string, key string, v any) []string {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			pairs = pairsOf(pairs, key, item)
		}
	case []any:
		for _, item := range v {
			pairs = pairsOf(pairs, key, item)
		}
	case nil:
	default:
		if text := fmt.Sprint(v); text != "" && key != "sig" {
			pairs = append(pairs, key+"="+text)
		}
	}
	return pairs
}

// signedRequest is a cashier request that is signed each time that it is written: WeCom
// accepts a nonce only once, so a request that is sent again has another one.
type signedRequest struct {
	key PaytoolKey
	req any
}

// MarshalJSON writes the request with nonce_str, ts and sig.
func (r signedRequest) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(r.req)
	if err != nil {
		return nil, err
	}
	body, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("wecom: a cashier request must be an object: %w", err)
	}
	body["nonce_str"] = rand.Text()
	body["ts"] = clock.Now().Unix()
	body["sig"] = r.key.sign(body)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err = e.Encode(body)
	return b.Bytes(), err
}

func decode(data []byte) (body map[string]any, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // prices must not pass through float64
	err = d.Decode(&body)
	return body, err
}
