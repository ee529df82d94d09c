package order_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// G: endpoint/checked
func TestPurchasesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	for want, change := range map[string]func(*order.Order){
		"buyer_userid is empty":                                   func(o *order.Order) { o.BuyerUserId = "" },
		"base_count and external_contact_count are both 0":        func(o *order.Order) { o.AccountCount = order.AccountCount{} },
		"account_count.base_count is 1000001: it must be 0 to":    func(o *order.Order) { o.AccountCount.BaseCount = 1000001 },
		"account_count.base_count is -1":                          func(o *order.Order) { o.AccountCount.BaseCount = -1 },
		"account_count.external_contact_count is 1000001":         func(o *order.Order) { o.AccountCount.ExternalContactCount = 1000001 },
		"account_duration in days is 30: it must be 31 to 1860":   func(o *order.Order) { o.AccountDuration = order.AccountDuration{Days: 30} },
		"account_duration in days is 0":                           func(o *order.Order) { o.AccountDuration = order.AccountDuration{} },
		"account_duration in days is 1861":                        func(o *order.Order) { o.AccountDuration = order.AccountDuration{Months: 60, Days: 1} },
		"account_duration.months is 61":                           func(o *order.Order) { o.AccountDuration.Months = 61 },
		"account_duration.months is " + strconv.Itoa(math.MaxInt): func(o *order.Order) { o.AccountDuration.Months = math.MaxInt },
		"account_duration.days is -1":                             func(o *order.Order) { o.AccountDuration.Days = -1 },
		"new_expire_time is for renewals":                         func(o *order.Order) { o.AccountDuration.NewExpireTime = 1 },
	} {
		bought := purchaseRow
		change(&bought)
		id, err := order.ORCreate(api, &bought)
		assert.ErrorContains(t, err, want)
		assert.Empty(t, id)
		if bought.BuyerUserId != "" {
			_, err = order.ORNewJobCreate(api, &order.NewJob{BuyList: []order.BuyInfo{{corp, bought.AccountCount, bought.AccountDuration, nil}}})
			assert.ErrorContains(t, err, want)
		}
	}
}

// members returns n base accounts.
func members(n int) (list []order.Account) {
	for i := range n {
		list = append(list, order.Account{UserId: "u" + strconv.Itoa(i), Type: order.TypeBase})
	}
	return list
}

// G: endpoint/checked batch/duplicates
func TestRenewalsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	for want, accounts := range map[string][]order.Account{
		"account_list is empty":                            nil,
		"account_list[1]: userid is empty":                 {{UserId: "a", Type: 1}, {Type: 1}},
		"account_list[0]: type is 3: it must be 1 to":      {{UserId: "a", Type: 3}},
		"account_list[0] and account_list[2] are the same": {{UserId: "a", Type: 1}, {UserId: "a", Type: 2}, {UserId: "a", Type: 1}},
	} {
		_, err := order.ORReCreateJob(api, &order.ReOrder{AccountList: accounts})
		assert.ErrorContains(t, err, want)
	}
	for want, duration := range map[string]order.AccountDuration{
		"exactly one of months and new_expire_time":     {},
		"exactly one of months and new_expire_time ":    {Months: 1, NewExpireTime: 1806508800},
		"account_duration.days is for purchases":        {Days: 31},
		"account_duration.days is for purchases, not":   {Months: 1, Days: 1},
		"account_duration.months is 61: it must be 1":   {Months: 61},
		"account_duration.months is -1":                 {Months: -1},
		"account_duration.new_expire_time is -1: it mu": {NewExpireTime: -1},
	} {
		want = strings.TrimSpace(want)
		id, err := order.ORSubJob(api, &order.SubOrder{"job", buyer, duration})
		assert.ErrorContains(t, err, want)
		assert.Empty(t, id)
	}
	for kind, want := range map[int]string{order.TypeBase: "base", order.TypeInterop: "interop"} {
		_, err := order.ORReCreateJob(api, &order.ReOrder{AccountList: slices.Repeat([]order.Account{{UserId: "u", Type: kind}}, 1000001)})
		assert.ErrorContains(t, err, want+" accounts in account_list is 1000001")
	}
	_, err := order.ORSubJob(api, &order.SubOrder{"", buyer, order.AccountDuration{Months: 1}})
	assert.ErrorContains(t, err, "jobid is empty")
	_, err = order.ORSubJob(api, &order.SubOrder{"job", "", order.AccountDuration{Months: 1}})
	assert.ErrorContains(t, err, "buyer_userid is empty")
}

// G: endpoint/checked batch/duplicates
func TestOthersRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	buys := func(buys ...order.BuyInfo) error {
		_, err := order.ORNewJobCreate(api, &order.NewJob{BuyList: buys})
		return err
	}
	one := order.BuyInfo{corp, order.AccountCount{BaseCount: 1}, order.AccountDuration{Months: 1}, nil}
	list := func(c order.ListCond) error { _, err := order.ORGetList(api, &c); return err }
	const day = 86400
	for want, call := range map[string]func() error{
		"order_id is empty":                              func() error { _, err := order.ORGetDetail(api, ""); return err },
		"wecom: order_id is empty":                       func() error { return order.ORCancel(api, "") },
		"order_id is emp":                                func() error { return order.ORUnionCancel(api, "") },
		"order_id is":                                    func() error { _, err := order.ORAccountList(api, "", order.Cursor{}); return err },
		"order_id":                                       func() error { _, err := order.ORUnionDetail(api, "", order.Cursor{}); return err },
		"wecom: order_id is em":                          func() error { _, err := order.ORPaySubmit(api, "", buyer); return err },
		"payer_userid is empty":                          func() error { _, err := order.ORPaySubmit(api, "o", ""); return err },
		"jobid is empty":                                 func() error { _, err := order.ORPayResult(api, ""); return err },
		"jobid is":                                       func() error { _, err := order.ORNewJobResult(api, ""); return err },
		"wecom: jobid is empty":                          func() error { return order.ORNewJobSubmit(api, "", buyer) },
		"buyer_userid is empty":                          func() error { return order.ORNewJobSubmit(api, "j", "") },
		"limit is 1001: it must be 0 to 1000":            func() error { _, err := order.ORAccountList(api, "o", order.Cursor{Limit: 1001}); return err },
		"limit is -1: it must be 0 to 1000":              func() error { _, err := order.ORUnionDetail(api, "o", order.Cursor{Limit: -1}); return err },
		"limit is 1002: it must be":                      func() error { return list(order.ListCond{Limit: 1002}) },
		"both must be given, or neither":                 func() error { return list(order.ListCond{StartTime: 1}) },
		"end_time 1 is before start_time 2":              func() error { return list(order.ListCond{StartTime: 2, EndTime: 1}) },
		"at most 2678400":                                func() error { return list(order.ListCond{StartTime: 1, EndTime: 2 + 31*day}) },
		"end_time 1 is before start_time 3":              func() error { return last(order.ORAllOrders(api, order.ListCond{StartTime: 3, EndTime: 1})) },
		"corps in buy_list is 0: it must be 1 to 100000": func() error { return buys() },
		"corps in buy_list is 100001":                    func() error { return buys(make([]order.BuyInfo, 100001)...) },
		"buy_list[0] and buy_list[1] are":                func() error { return buys(one, one) },
		"auto_active_status is 2":                        func() error { b := one; b.AutoActiveStatus = ptr(2); return buys(b) },
		"corpid is empty":                                func() error { b := one; b.CorpId = ""; return buys(b) },
	} {
		assert.ErrorContains(t, call(), want)
	}
}

// G: error/nil
func TestNilIsRefused(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	id, err := order.ORCreate(api, nil)
	assert.ErrorContains(t, err, "nil")
	assert.Empty(t, id)
	_, err = order.ORReCreateJob(api, nil)
	assert.ErrorContains(t, err, "nil")
	id, err = order.ORSubJob(api, nil)
	assert.ErrorContains(t, err, "nil")
	assert.Empty(t, id)
	_, err = order.ORNewJobCreate(api, nil)
	assert.ErrorContains(t, err, "nil")
	id, err = order.AdvancedCreateOrder(api, nil)
	assert.ErrorContains(t, err, "nil")
	assert.Empty(t, id)
	_, err = order.PaytoolOpenOrder(api, cashierKey, nil)
	assert.ErrorContains(t, err, "nil")
	assert.ErrorContains(t, order.PaytoolMarkInvoiceStatus(api, nil), "nil")
}

// G: error/nil
func TestNoApiIsAnError(t *testing.T) {
	t.Parallel()
	for _, api := range []*token.Api{nil, {}} {
		_, err := order.ORCreate(api, &order.Order{CorpId: corp, BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: year()})
		assert.Error(t, err)
		assert.Error(t, last(order.ORAllOrders(api, order.ListCond{})))
	}
}
