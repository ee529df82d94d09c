package order_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// demo returns a fake WeCom with one customer, and an Api for it.
func demo() (*fakewecom.Server, *token.Api) {
	w := testworld.New(platform.Options{}, nil)
	w.Sell(0)
	return w.Server, w.Api().WithCorp(testworld.Corp)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func ExampleORCreate() {
	fake, api := demo()

	id, err := order.ORCreate(api, &order.Order{
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
		fmt.Println(err)
	}

	must(fake.PayOrder(context.Background(), id)) // somebody pays in the provider console
	paid, err := order.ORWaitPaid(api, id, time.Minute)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("paid for", paid.AccountCount.BaseCount, "base and", paid.AccountCount.ExternalContactCount, "interop accounts")
	// Output: paid for 40 base and 12 interop accounts
}

func ExampleORAllOrders() {
	_, api := demo()
	for _, months := range []int{1, 12} {
		id, err := order.ORCreate(api, &order.Order{
			BuyerUserId: "chen.mei", AccountCount: order.AccountCount{BaseCount: 1},
			AccountDuration: order.AccountDuration{Months: months},
		})
		must(err)
		must(order.ORCancel(api, id))
	}

	lastYear := order.ListCond{StartTime: time.Now().AddDate(-1, 0, 0).Unix(), EndTime: time.Now().Add(time.Hour).Unix()}
	for info, err := range order.ORAllOrders(api, lastYear) {
		if err != nil {
			fmt.Println(err)
			break
		}
		detail, err := order.ORGetDetail(api, info.OrderId)
		must(err)
		fmt.Println(detail.AccountDuration.Months, "months, cancelled:", detail.OrderStatus == order.OrderCancelled)
	}
	// Output:
	// 1 months, cancelled: true
	// 12 months, cancelled: true
}
