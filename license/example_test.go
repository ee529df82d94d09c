package license_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

func ExampleLICBatchActiveAccount() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLinQing"}, {UserId: "woZhouYan"}}})
		codes := buy(t, corp, 3, 0) // see package order
		if err := license.LICActiveAccount(corp.Api(), codes[2], "woZhouYan"); err != nil {
			t.Fatal(err)
		}

		results, err := license.LICBatchActiveAccount(corp.Api(), []license.ActiveCode{
			{ActiveCode: codes[0], UserId: "woLinQing"},
			{ActiveCode: codes[1], UserId: "woZhouYan"},
		})
		for _, r := range results { // also beside an error
			switch err := r.Err(); {
			case err == nil:
				fmt.Println(r.UserId, "is activated")
			case errors.Is(err, token.Code(701082)):
				fmt.Println(r.UserId, "has more than 20 days left: nothing to do yet")
			default:
				fmt.Println(r.UserId, err)
			}
		}
		fmt.Println(err)
	})
	fmt.Println(err)
	// Output:
	// woLinQing is activated
	// woZhouYan has more than 20 days left: nothing to do yet
	// <nil>
	// <nil>
}

func ExampleLICAllActived() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woZhouYan"}}})
		for _, code := range buy(t, corp, 1, 1) { // see package order
			if err := license.LICActiveAccount(corp.Api(), code, "woZhouYan"); err != nil {
				t.Fatal(err)
			}
		}

		for account, err := range license.LICAllActived(corp.Api()) {
			if err != nil {
				t.Fatal(err)
			}
			fmt.Println(account.UserId, account.Type, account.ExpireTime > 0)
		}
	})
	fmt.Println(err)
	// Output:
	// woZhouYan 1 true
	// woZhouYan 2 true
	// <nil>
}
