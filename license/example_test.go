package license_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

// demoApi returns an Api whose WeCom gives one answer.
func demoApi(answer string) *token.Api {
	return testworld.Api(context.Background(), spectest.Canned(func(string, []byte) string { return answer }))
}

func ExampleLICBatchActiveAccount() {
	api := demoApi(`{"errcode":0,"errmsg":"ok","active_result":[
		{"active_code":"LC7Q2M9X4T1B8K","userid":"woLinQing","errcode":0},
		{"active_code":"LC8R3N0Y5U2C9L","userid":"woZhouYan","errcode":701082}]}`)

	results, err := license.LICBatchActiveAccount(api.WithCorp("wpRiverside"), []license.ActiveCode{
		{ActiveCode: "LC7Q2M9X4T1B8K", UserId: "woLinQing"},
		{ActiveCode: "LC8R3N0Y5U2C9L", UserId: "woZhouYan"},
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
	// Output:
	// woLinQing is activated
	// woZhouYan has more than 20 days left: nothing to do yet
	// <nil>
}

func ExampleLICAllActived() {
	api := demoApi(`{"errcode":0,"has_more":0,"account_list":[
		{"userid":"woZhouYan","type":1,"expire_time":1806372000},
		{"userid":"woZhouYan","type":2,"expire_time":1775008800}]}`)

	for account, err := range license.LICAllActived(api.WithCorp("wpRiverside")) {
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(account.UserId, account.Type, account.ExpireTime)
	}
	// Output:
	// woZhouYan 1 1806372000
	// woZhouYan 2 1775008800
}
