package order_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

func ExampleORCreate() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		id, err := order.ORCreate(corp.Api(), &order.Order{
			BuyerUserId:     "chen.mei",
			AccountCount:    order.AccountCount{BaseCount: 40, ExternalContactCount: 12},
			AccountDuration: order.AccountDuration{Months: 12},
		})
		switch {
		case errors.Is(err, token.ErrOutcomeUnknown):
			// The order may exist: look for it before ordering again, as purchase.Run does.
		case errors.Is(err, token.Code(701032)):
			// The corp has an unpaid order: pay or cancel it first.
		case err != nil:
			t.Fatal(err)
		}

		corp.Pay(id) // somebody pays in the provider console
		paid, err := order.ORWaitPaid(corp.Api(), id, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("paid for", paid.AccountCount.BaseCount, "base and", paid.AccountCount.ExternalContactCount, "interop accounts")
	})
	fmt.Println(err)
	// Output:
	// paid for 40 base and 12 interop accounts
	// <nil>
}

func ExampleORAllOrders() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		for _, months := range []int{1, 12} {
			id, err := order.ORCreate(corp.Api(), &order.Order{
				BuyerUserId: "chen.mei", AccountCount: order.AccountCount{BaseCount: 1},
				AccountDuration: order.AccountDuration{Months: months},
			})
			if err := errors.Join(err, order.ORCancel(corp.Api(), id)); err != nil {
				t.Fatal(err)
			}
		}

		lastYear := order.ListCond{StartTime: time.Now().AddDate(-1, 0, 0).Unix(), EndTime: time.Now().Add(time.Hour).Unix()}
		for info, err := range order.ORAllOrders(corp.Api(), lastYear) {
			if err != nil {
				t.Fatal(err)
			}
			detail, err := order.ORGetDetail(corp.Api(), info.OrderId)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Println(detail.AccountDuration.Months, "months, cancelled:", detail.OrderStatus == order.OrderCancelled)
		}
	})
	fmt.Println(err)
	// Output:
	// 1 months, cancelled: true
	// 12 months, cancelled: true
	// <nil>
}
