package license

import (
	"net/http"

	"github.com/gothird/wecom/token"
)

type balance struct {
	Balance int64 `json:"balance"`
}

// LICGetAccountBalance 充值账户余额查询: returns the balance of the provider's prepaid account,
// in fen (分). It needs no bound corp.
//
// https://developer.work.weixin.qq.com/document/path/100137
func LICGetAccountBalance(api *token.Api) (int64, error) {
	ep := token.Endpoint{Method: http.MethodGet, Path: "/cgi-bin/service/get_account_balance", Credential: token.Provider, Read: true}.Needing("balance")
	out, err := token.Call[balance](api, ep, nil)
	if err != nil {
		return 0, err
	}
	return out.Balance, nil
}
