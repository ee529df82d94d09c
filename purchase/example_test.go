package purchase_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

func ExampleRun() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		var file []byte // a database row in real life
		save := func(p *purchase.Purchase) (err error) {
			file, err = json.Marshal(p)
			return err
		}
		err := purchase.Run(corp.Api(), &purchase.Purchase{
			Order: order.Order{
				BuyerUserId: "chen.mei", AccountCount: order.AccountCount{BaseCount: 2},
				AccountDuration: order.AccountDuration{Months: 12},
			},
			Members: []order.Account{
				{UserId: corp.Members[0].UserId, Type: license.TypeBase},
				{UserId: corp.Members[1].UserId, Type: license.TypeBase},
			},
			PayerUserId: "chen.mei",
		}, save)
		fmt.Println(err)

		// After a crash: decode the saved purchase and call Run again.
		var saved purchase.Purchase
		if err := json.Unmarshal(file, &saved); err != nil {
			t.Fatal(err)
		}
		fmt.Println(saved.Step, len(saved.Results))
		fmt.Println(purchase.Run(corp.Api(), &saved, save))
	})
	fmt.Println(err)
	// Output:
	// <nil>
	// done 2
	// <nil>
	// <nil>
}

func ExampleRenew() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLinQing"}, {UserId: "woZhouYan"}}})
		err := purchase.Run(corp.Api(), &purchase.Purchase{
			Order: order.Order{
				BuyerUserId: "chen.mei", AccountCount: order.AccountCount{BaseCount: 1},
				AccountDuration: order.AccountDuration{Months: 1},
			},
			Members:     []order.Account{{UserId: "woLinQing", Type: license.TypeBase}},
			PayerUserId: "chen.mei",
		}, func(*purchase.Purchase) error { return nil }) // saves nothing
		if err != nil {
			t.Fatal(err)
		}

		renewal := &purchase.Renewal{
			Members: []order.Account{
				{UserId: "woLinQing", Type: license.TypeBase},
				{UserId: "woZhouYan", Type: license.TypeBase}, // never had an account
			},
			BuyerUserId: "chen.mei", Duration: order.AccountDuration{Months: 12}, PayerUserId: "chen.mei",
		}
		var file []byte // a database row in real life
		err = purchase.Renew(corp.Api(), renewal, func(r *purchase.Renewal) (err error) {
			file, err = json.Marshal(r)
			return err
		})
		if err != nil {
			t.Fatal(err) // in a program: call Renew again with what was saved
		}
		for _, left := range renewal.Invalid {
			fmt.Println("left out:", left.UserId, errors.Is(left.Err(), token.Code(701004)))
		}
		paid, err := order.ORGetDetail(corp.Api(), renewal.OrderId)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("renewed by", paid.AccountDuration.Months, "months:", paid.Paid(), len(file) > 0)
	})
	fmt.Println(err)
	// Output:
	// left out: woZhouYan true
	// renewed by 12 months: true true
	// <nil>
}
