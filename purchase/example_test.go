package purchase_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
)

// demo returns an Api for a customer of a fake WeCom.
func demo() *token.Api {
	w := testworld.New(platform.Options{}, nil)
	w.Sell(0)
	return w.Api().WithCorp(testworld.Corp)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func ExampleRun() {
	api := demo()

	var file []byte // a database row in real life
	save := func(p *purchase.Purchase) (err error) {
		file, err = json.Marshal(p)
		return err
	}
	err := purchase.Run(api, &purchase.Purchase{
		Order: order.Order{
			BuyerUserId: "chen.mei", AccountCount: order.AccountCount{BaseCount: 2},
			AccountDuration: order.AccountDuration{Months: 12},
		},
		Members: []order.Account{
			{UserId: "woLinQing", Type: license.TypeBase},
			{UserId: "woZhouYan", Type: license.TypeBase},
		},
		PayerUserId: "chen.mei",
	}, save)
	fmt.Println(err)

	// After a crash: decode the saved purchase and call Run again.
	var saved purchase.Purchase
	must(json.Unmarshal(file, &saved))
	fmt.Println(saved.Step, len(saved.Results))
	fmt.Println(purchase.Run(api, &saved, save))
	// Output:
	// <nil>
	// done 2
	// <nil>
}

func ExampleRenew() {
	api := demo()
	must(purchase.Run(api, &purchase.Purchase{
		Order: order.Order{
			BuyerUserId: "chen.mei", AccountCount: order.AccountCount{BaseCount: 1},
			AccountDuration: order.AccountDuration{Months: 1},
		},
		Members:     []order.Account{{UserId: "woLinQing", Type: license.TypeBase}},
		PayerUserId: "chen.mei",
	}, func(*purchase.Purchase) error { return nil }))

	renewal := &purchase.Renewal{
		Members: []order.Account{
			{UserId: "woLinQing", Type: license.TypeBase},
			{UserId: "woZhouYan", Type: license.TypeBase}, // never had an account
		},
		BuyerUserId: "chen.mei", Duration: order.AccountDuration{Months: 12}, PayerUserId: "chen.mei",
	}
	var file []byte // a database row in real life
	err := purchase.Renew(api, renewal, func(r *purchase.Renewal) (err error) {
		file, err = json.Marshal(r)
		return err
	})
	if err != nil {
		fmt.Println(err) // call Renew again with what was saved
		return
	}
	for _, left := range renewal.Invalid {
		fmt.Println("left out:", left.UserId, errors.Is(left.Err(), token.Code(701004)))
	}
	paid, err := order.ORGetDetail(api, renewal.OrderId)
	must(err)
	fmt.Println("renewed by", paid.AccountDuration.Months, "months:", paid.Paid(), len(file) > 0)
	// Output:
	// left out: woZhouYan true
	// renewed by 12 months: true true
}
