package order

import (
	"cmp"
	"errors"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const maxTrialDays = 60

// DealerCorpInfo is the dealer (代理服务商) between provider and corp, empty without one.
type DealerCorpInfo struct {
	CorpId   string `json:"corpid"`
	CorpName string `json:"corp_name"`
}

// AppOrder is an order for an edition of an app in WeCom's app market.
type AppOrder struct {
	OrderId             string         `json:"orderid"`
	OrderStatus         int            `json:"order_status"` // as in OrderDetail, up to 6
	OrderType           int            `json:"order_type"`   // 0 new, 1 more users, 2 renewal, 3 another edition
	PaidCorpId          string         `json:"paid_corpid"`
	OperatorId          string         `json:"operator_id"` // "" if the provider ordered, and for free orders
	SuiteId             string         `json:"suiteid"`
	AppId               int64          `json:"appid"` // of old multi-app suites
	EditionId           string         `json:"edition_id"`
	EditionName         string         `json:"edition_name"`
	Price               int64          `json:"price"`
	UserCount           int            `json:"user_count"`
	OrderPeriod         int            `json:"order_period"` // days
	OrderTime           int64          `json:"order_time"`
	PaidTime            int64          `json:"paid_time"`
	BeginTime           int64          `json:"begin_time"`
	EndTime             int64          `json:"end_time"`
	OrderFrom           int            `json:"order_from"` // 0 corp, 1 provider, 2 dealer, 3 the provider's cashier
	OperatorCorpId      string         `json:"operator_corpid"`
	ServiceShareAmount  int64          `json:"service_share_amount"`
	PlatformShareAmount int64          `json:"platform_share_amount"`
	DealerShareAmount   int64          `json:"dealer_share_amount"`
	DealerCorpInfo      DealerCorpInfo `json:"dealer_corp_info"`
}

func readSuite(path string) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/service/" + path, Credential: token.Suite, Read: true}
}

type appOrderReq struct {
	OrderId string `json:"orderid"`
}

// AppGetOrder 获取订单详情: returns one order for the suite's app.
//
// https://developer.work.weixin.qq.com/document/path/91909
func AppGetOrder(api *token.Api, orderId string) (*AppOrder, error) {
	if err := check.Required("orderid", orderId); err != nil {
		return nil, err
	}
	return token.Call[AppOrder](api, readSuite("get_order").Needing("orderid"), appOrderReq{orderId})
}

type appOrderListReq struct {
	StartTime int64 `json:"start_time"`
	EndTime   int64 `json:"end_time"`
	TestMode  int   `json:"test_mode"`
}

type appOrderList struct {
	OrderList []AppOrder `json:"order_list"`
}

// AppGetOrderList 获取订单列表: returns the orders for the suite's app between two times, all in
// one answer. testMode 1 selects those of test authorisations, 0 the others. WeCom's page does
// not say how long the span may be.
//
// https://developer.work.weixin.qq.com/document/path/91910
func AppGetOrderList(api *token.Api, startTime, endTime int64, testMode int) ([]AppOrder, error) {
	if startTime == 0 && endTime == 0 {
		return nil, errors.New("wecom: start_time and end_time are missing")
	}
	if err := cmp.Or(check.Window(startTime, endTime, 0), check.Between("test_mode", testMode, 0, 1)); err != nil {
		return nil, err
	}
	out, err := token.Call[appOrderList](api, readSuite("get_order_list"), appOrderListReq{startTime, endTime, testMode})
	if err != nil {
		return nil, err
	}
	return out.OrderList, nil
}

type prolongReq struct {
	BuyerCorpId string `json:"buyer_corpid"`
	ProlongDays int    `json:"prolong_days"`
	AppId       *int64 `json:"appid,omitempty"`
}

type prolonged struct {
	TryEndTime int64 `json:"try_end_time"`
}

// AppProlongTry 延长试用期: extends the bound corp's trial of the suite's app and returns its
// new end. A corp has at most 60 days of trial in all. appid is "", except for an app inside an
// old multi-app suite.
//
// https://developer.work.weixin.qq.com/document/path/91913
func AppProlongTry(api *token.Api, days int, appid string) (int64, error) {
	app, err := check.Number("appid", appid)
	corpId, err := corpOf(api, check.Between("prolong_days", days, 1, maxTrialDays), err)
	if err != nil {
		return 0, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/prolong_try", Credential: token.Suite}.Needing("try_end_time")
	out, err := token.Call[prolonged](api, ep, prolongReq{corpId, days, app})
	if err != nil {
		return 0, err
	}
	return out.TryEndTime, nil
}
