package order_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// The provider's balance pays. The job's outcome says whether it was enough.
func ExampleORPaySubmit() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{}).Api()
		count := order.AccountCount{BaseCount: 3}
		id, err := order.ORCreate(api, &order.Order{
			BuyerUserId: "chen.mei", AccountCount: count, AccountDuration: order.AccountDuration{Months: 12}})
		if err != nil {
			t.Fatal(err)
		}

		job, err := order.ORPaySubmit(api, id, "chen.mei")
		if err != nil {
			t.Fatal(err)
		}
		_, err = order.ORPayWait(api, job, time.Second)
		fmt.Println("paid:", err) // such as token.Code(90433): the balance is too low
		codes, err := order.ORWaitAccounts(api, id, count, time.Second)
		fmt.Println(len(codes), "codes", err)
	})
	fmt.Println(err)
	// Output:
	// paid: <nil>
	// 3 codes <nil>
	// <nil>
}

// A job collects members whose accounts are renewed in one order. Those who can't be are named.
func ExampleORReCreateJob() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLinQing"}, {UserId: "woZhouYan"}}}).Api()
		activate(t, api, "woLinQing") // an order of a month for her, paid and activated

		job, err := order.ORReCreateJob(api, &order.ReOrder{AccountList: []order.Account{
			{UserId: "woLinQing", Type: order.TypeBase},
			{UserId: "woZhouYan", Type: order.TypeBase}, // has no account
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, left := range job.InvalidAccountList {
			fmt.Println("left out:", left.UserId)
		}
		id, err := order.ORSubJob(api, &order.SubOrder{
			Jobid: job.Jobid, BuyerUserid: "chen.mei", AccountDuration: order.AccountDuration{Months: 12}})
		if err != nil {
			t.Fatal(err)
		}
		detail, err := order.ORGetDetail(api, id)
		fmt.Println("renewal:", detail.OrderType == order.OrderRenewal, err)
	})
	fmt.Println(err)
	// Output:
	// left out: woZhouYan
	// renewal: true <nil>
	// <nil>
}

// One order for several corps: a job collects them, the order has a part for each.
func ExampleORNewJobCreate() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Api() // bound to no corp
		buy := order.BuyInfo{AccountCount: order.AccountCount{BaseCount: 5}, AccountDuration: order.AccountDuration{Months: 12}}
		one, other := buy, buy
		one.CorpId, other.CorpId = wecom.Install(wecomtest.Corp{}).Id, wecom.Install(wecomtest.Corp{}).Id

		job, err := order.ORNewJobCreate(api, &order.NewJob{BuyList: []order.BuyInfo{one, other}})
		if err != nil {
			t.Fatal(err)
		}
		if err := order.ORNewJobSubmit(api, job.Jobid, "chen.mei"); err != nil {
			t.Fatal(err)
		}
		outcome, err := order.ORNewJobWait(api, job.Jobid, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for part, err := range order.ORUnionAll(api, outcome.OrderId) {
			fmt.Println(part.AccountCount.BaseCount, "accounts for a corp", err)
		}
	})
	fmt.Println(err)
	// Output:
	// 5 accounts for a corp <nil>
	// 5 accounts for a corp <nil>
	// <nil>
}

// The chat data API (会话内容数据接口) for twenty seats.
func ExampleAdvancedCreateOrder() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{}).Api()

		id, err := order.AdvancedCreateOrder(api, &order.AdvancedOrder{
			BuyerUserId: "chen.mei",
			ChatArchiveApi: &order.ChatArchiveBuy{
				Edition: 2, PurchaseCount: 20, TakeEffectTime: time.Now().AddDate(0, 0, 2).Unix()},
		})
		if err != nil {
			t.Fatal(err)
		}
		err = order.AdvancedSubmitPay(api, id, "chen.mei")
		fmt.Println("paid:", err)
		bought, err := order.AdvancedGetCorpBuyInfo(api)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("edition", bought[0].Edition, "with", bought[0].PurchaseCount, "seats")
	})
	fmt.Println(err)
	// Output:
	// paid: <nil>
	// edition 2 with 20 seats
	// <nil>
}

// Which editions of the app were ordered in the last 30 days, and is a corp still on trial?
func ExampleAppGetOrderList() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		now := time.Now()
		orders, err := order.AppGetOrderList(wecom.Api(), now.AddDate(0, 0, -30).Unix(), now.Unix(), 0)
		for _, o := range orders {
			fmt.Println(o.EditionName, o.UserCount, "users,", o.Price, "fen")
		}
		fmt.Println(len(orders), "orders", err)

		_, err = order.AppProlongTry(corp.Api(), 30, "")
		if errors.Is(err, token.Code(40058)) {
			fmt.Println("the corp is not on trial, or had 60 more days already")
		}
	})
	fmt.Println(err)
	// Output:
	// 0 orders <nil>
	// the corp is not on trial, or had 60 more days already
	// <nil>
}

// The cashier asks a client to pay for a customised app.
func ExamplePaytoolOpenOrder() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t, wecomtest.Customized(1))
		corp := wecom.Install(wecomtest.Corp{App: wecom.Suite(1)})
		key := wecom.PaytoolKey() // from the cashier's page in the console

		item := order.PaytoolItem{SuiteId: corp.App.SuiteId(), TotalPrice: 980_00, UserCount: 20, DurationDays: 365}
		opened, err := order.PaytoolOpenOrder(corp.Api(), key, &order.PaytoolOrder{
			BusinessType: order.PaytoolCustomized, PayType: order.PaytoolByClient, CustomCorpId: corp.Id,
			ProductList: order.PaytoolProducts{CustomizedApp: &order.PaytoolProduct{BuyInfoList: []order.PaytoolItem{item}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("send the client to a page:", opened.OrderUrl != "")
		corp.Pay(opened.OrderId)
		detail, err := order.PaytoolGetOrderDetail(corp.Api(), key, opened.OrderId)
		fmt.Println("paid", detail.PaidPrice, "fen:", detail.OrderStatus == 2, err)
	})
	fmt.Println(err)
	// Output:
	// send the client to a page: true
	// paid 98000 fen: true <nil>
	// <nil>
}

// activate orders an account for a month, pays it and binds it to a member.
func activate(t testing.TB, api *token.Api, userId string) {
	t.Helper()
	err := purchase.Run(api, &purchase.Purchase{
		Order: order.Order{BuyerUserId: "chen.mei", AccountCount: order.AccountCount{BaseCount: 1},
			AccountDuration: order.AccountDuration{Months: 1}},
		Members: []order.Account{{UserId: userId, Type: order.TypeBase}}, PayerUserId: "chen.mei", Poll: time.Second,
	}, func(*purchase.Purchase) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
}
