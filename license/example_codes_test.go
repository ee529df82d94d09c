package license_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// One code for one member. A member whose account still lasts is not renewed yet.
func ExampleLICActiveAccount() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLinQing"}}})

		for _, code := range buy(t, corp, 2, 0) { // see package order
			err := license.LICActiveAccount(corp.Api(), code, "woLinQing")
			switch {
			case err == nil:
				fmt.Println("activated")
			case errors.Is(err, token.Code(701082)):
				fmt.Println("more than 20 days left")
			default:
				t.Fatal(err)
			}
		}
		user, err := license.LICGetActiveByUser(corp.Api(), "woLinQing")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(len(user.ActiveInfoList), "account")
	})
	fmt.Println(err)
	// Output:
	// activated
	// more than 20 days left
	// 1 account
	// <nil>
}

// Which codes are free?
func ExampleLICBatchActiveCodeDetail() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLinQing"}}})
		codes := buy(t, corp, 2, 0) // see package order
		if err := license.LICActiveAccount(corp.Api(), codes[0], "woLinQing"); err != nil {
			t.Fatal(err)
		}

		details, err := license.LICBatchActiveCodeDetail(corp.Api(), append(codes, "typo"))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range details.ActiveInfoList {
			fmt.Printf("free: %t, member: %q\n", d.Status == license.CodeUnbound, d.UserId)
		}
		fmt.Println("unknown:", details.InvalidActiveCodeList)
	})
	fmt.Println(err)
	// Output:
	// free: false, member: "woLinQing"
	// free: true, member: ""
	// unknown: [typo]
	// <nil>
}

// A member hands the account over to a colleague.
func ExampleLICBatchTransfer() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLinQing"}, {UserId: "woZhouYan"}}})
		if err := license.LICActiveAccount(corp.Api(), buy(t, corp, 1, 0)[0], "woLinQing"); err != nil {
			t.Fatal(err)
		}

		results, err := license.LICBatchTransfer(corp.Api(), []license.Transfer{
			{HandoverUserId: "woLinQing", TakeoverUserId: "woZhouYan"},
		})
		for _, r := range results { // also beside an error
			fmt.Println(r.HandoverUserId, "to", r.TakeoverUserId, r.Err())
		}
		fmt.Println(err)
	})
	fmt.Println(err)
	// Output:
	// woLinQing to woZhouYan <nil>
	// <nil>
	// <nil>
}

// An upstream corp gives codes to a downstream corp.
func ExampleLICBatchShareActiveCode() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		upstream, downstream := wecom.Install(wecomtest.Corp{}), wecom.Install(wecomtest.Corp{})
		upstream.Share(downstream)

		failed, err := license.LICBatchShareActiveCode(upstream.Api(), downstream.Id, license.LinkChain,
			[]license.ShareActiveCode{{ActiveCode: buy(t, upstream, 1, 0)[0]}})
		for _, f := range failed { // also beside an error
			fmt.Println(f.Err())
		}
		fmt.Println(len(failed), "failed", err)
	})
	fmt.Println(err)
	// Output:
	// 0 failed <nil>
	// <nil>
}

// With automatic activation, a member gets an account by opening the app.
func ExampleLICSetAutoActiveStatus() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLinQing"}}})
		buy(t, corp, 1, 0) // see package order

		err := license.LICSetAutoActiveStatus(corp.Api(), 1)
		fmt.Println("switched on", err)
		corp.Use("woLinQing")
		user, err := license.LICGetActiveByUser(corp.Api(), "woLinQing")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(len(user.ActiveInfoList), "account")
	})
	fmt.Println(err)
	// Output:
	// switched on <nil>
	// 1 account
	// <nil>
}

// Does the app need licences in this corp, and how much is on the provider's account?
func ExampleLICGetAppInfo() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		info, err := license.LICGetAppInfo(corp.Api(), wecom.Api().SuiteId(), "")
		if err != nil {
			t.Fatal(err)
		}
		trial := info.TrailInfo.EndTime - info.TrailInfo.StartTime
		fmt.Println("free for", trial/86400, "days, then licences are checked:", info.LicenseStatus == 1)
		balance, err := license.LICGetAccountBalance(wecom.Api())
		fmt.Println(balance/100, "yuan", err)
	})
	fmt.Println(err)
	// Output:
	// free for 90 days, then licences are checked: true
	// 1000000 yuan <nil>
	// <nil>
}
