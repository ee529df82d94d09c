package service_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// An administrator comes to the provider's site from the console, or by the old QR code.
func ExampleGetLoginInfo() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		who, err := service.GetLoginInfo(wecom.Api(), corp.ScanLogin(corp.Members[0].UserId)) // auth_code of the redirect
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(who.CorpInfo.CorpId == corp.Id, len(who.Agent), "app")
	})
	fmt.Println(err)
	// Output:
	// true 1 app
	// <nil>
}

// A mini program passes on the code of wx.qy.login. A code that was used already is refused.
func ExampleJsCode2Session() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)

		session, err := service.JsCode2Session(wecom.Api(), "code-of-wx.qy.login")
		switch {
		case errors.Is(err, token.Code(40029)):
			fmt.Println("ask for another code")
		case err != nil:
			t.Fatal(err)
		default:
			fmt.Println("logged in:", session.UserId != "")
		}
	})
	fmt.Println(err)
	// Output:
	// ask for another code
	// <nil>
}

// What the provider pays for the acquisition component (获客助手组件) in a corp.
func ExampleGetAcquisitionBillList() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		now := time.Now()
		page, err := service.GetAcquisitionBillList(corp.Api(), service.BillQuery{
			BeginTime: now.AddDate(0, 0, -30).Unix(), EndTime: now.Unix()})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(len(page.BillList), "customers were paid for") // AllAcquisitionBills walks all pages
	})
	fmt.Println(err)
	// Output:
	// 0 customers were paid for
	// <nil>
}
