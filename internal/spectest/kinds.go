package spectest

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
)

// kindNarrow is kindNumber in a Go value that has 32 bits on some machines.
const kindNarrow = "narrow int"

// goKind is the kind of a leaf that a Go value keeps.
func goKind(v reflect.Value) string {
	switch kind := v.Kind(); {
	case v.Type() == reflect.TypeFor[json.Number]():
		return kindNumber
	case kind == reflect.String:
		return kindText
	case kind == reflect.Bool:
		return kindBool
	case kind == reflect.Int64, kind == reflect.Uint64, v.CanFloat():
		return kindNumber
	}
	return kindNarrow
}

// wideName matches the fields that take int64: times, money and ids that are numbers.
var wideName = regexp.MustCompile(`(^|_)(time|timestamp|created_at|price|amount|balance)$|(id|ids)(\[\])?$|_(party|tag)(\[\])?$`)

// kept compares the kind of a value with that of the field that keeps it.
func (p *probe[A]) kept(l, have leaf) {
	key := general(l.path)
	kind := strings.Replace(have.kind, kindNarrow, kindNumber, 1)
	name := key[strings.LastIndex(key, ".")+1:]
	what := ""
	switch {
	case l.kind == kindEmpty: // a value that the row gives
	case kind != l.kind:
		what = kind + " instead of " + l.kind
	case have.kind == kindNarrow && wideName.MatchString(name):
		what = "int instead of int64"
	}
	exception := p.row.Endpoint + " " + key
	switch {
	case what == "":
	case otherKinds[exception] != "":
		p.kinds[exception] = true
	default:
		p.failf("%s is kept as %s", key, what)
	}
}

// unneededKinds names the exceptions of the endpoint that are not needed.
func (p *probe[A]) unneededKinds() {
	for key := range otherKinds {
		if strings.HasPrefix(key, p.row.Endpoint+" ") && !p.kinds[key] {
			p.failf("the exception for the kind of %s is not needed", key)
		}
	}
}

// otherKinds names fields, after their endpoint, that are kept in another kind than
// documented, and why.
var otherKinds = Why{
	"service/get_permanent_code auth_corp_info.verified_end_time": "AuthCorpInfo is documented with int",
	"service/get_auth_info auth_corp_info.verified_end_time":      "AuthCorpInfo is documented with int",
	"service/get_auth_info_v2 auth_corp_info.verified_end_time":   "AuthCorpInfo is documented with int",
	"order/get_order order.create_time":                           "OrderDetail is documented with int",
	"order/get_order order.pay_time":                              "OrderDetail is documented with int",
	"order/get_order order.price":                                 "OrderDetail is documented with int",
	"order/get_union_order order.create_time":                     "OrderDetail is documented with int",
	"order/get_union_order order.pay_time":                        "OrderDetail is documented with int",
	"order/get_union_order order.price":                           "OrderDetail is documented with int",
	"corp/media/upload created_at":                                "WeCom writes this number as text, elsewhere not",
	"corp/chatdata/upload_media created_at":                       "WeCom writes this number as text, elsewhere not",
	"corp/media/get_upload_by_url_result detail.created_at":       "WeCom writes this number as text, elsewhere not",
}
