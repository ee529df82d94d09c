package service_test

import (
	"fmt"
	"testing"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/wecomtest"
)

// Ids that the app got before the upgrade of ids become those of the provider.
func ExampleUserIdToOpenUserId() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		ids, err := service.UserIdToOpenUserId(corp.Api(), []string{"gone"}) // plain ids, from before
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids.OpenUserIdList {
			fmt.Println(id.UserId, "is", id.OpenUserId)
		}
		fmt.Println("not found:", ids.InvalidUserIdList)
	})
	fmt.Println(err)
	// Output:
	// not found: [gone]
	// <nil>
}

// Somebody has followed the corp's mini program: is this person a customer?
func ExampleUnionIdToExternalUserId() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		li := corp.AddCustomer(corp.Members[1].UserId, wecomtest.Customer{Name: "Li", UnionId: "o-unionid-of-li"})

		found, err := service.UnionIdToExternalUserId(corp.Api(), service.UnionId{UnionId: "o-unionid-of-li", OpenId: "o-openid-of-li"})
		fmt.Println(found.ExternalUserId == li.ExternalUserId, err)
	})
	fmt.Println(err)
	// Output:
	// true <nil>
	// <nil>
}

// The provider's own ids of customer tags.
func ExampleConvertExternalTagId() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		ids, err := service.ConvertExternalTagId(corp.Api(), []string{"et-tag-of-the-corp"})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids.Items {
			fmt.Println(id.OpenExternalTagId != "")
		}
	})
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

// Which ids does the app see in this corp?
func ExampleGetOpenIdMigration() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		kinds, err := service.GetOpenIdMigration(corp.Api())
		fmt.Println(len(kinds) > 0, err)
	})
	fmt.Println(err)
	// Output:
	// true <nil>
	// <nil>
}

// Names that the app may search, but not see: the page shows them by id.
func ExampleContactSearch() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		found, err := service.ContactSearch(corp.Api(), 0, service.ContactQuery{QueryWord: "lin"})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(len(found.QueryResult.User.UserId) > 0)
	})
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

// A report in which ids become names, for members to download.
func ExampleContactIdTranslate() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		file := service.MediaFile{Type: "file", FileName: "report.csv", Content: []byte("seller,sales\n$userName=woLin$,120\n")}
		uploaded, err := service.MediaUpload(wecom.Api(), file)
		if err != nil {
			t.Fatal(err)
		}
		job, err := service.ContactIdTranslate(corp.Api(), service.IdTranslate{MediaIdList: []string{uploaded.MediaId}})
		if err != nil {
			t.Fatal(err)
		}
		result, err := service.GetBatchResult(wecom.Api(), job) // once batch_job_result has come
		fmt.Println(result.Status > 0, err)
	})
	fmt.Println(err)
	// Output:
	// true <nil>
	// <nil>
}

// The chains of an upstream corp (上下游), and its corps.
func ExampleGetChainList() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		chains, err := service.GetChainList(corp.Api())
		if err != nil {
			t.Fatal(err)
		}
		groups, err := service.GetChainGroup(corp.Api(), chains[0].ChainId, 0)
		fmt.Println(len(groups) > 0, err)
	})
	fmt.Println(err)
	// Output:
	// true <nil>
	// <nil>
}

// A hardware provider adds a device; its secret is for the device.
func ExampleAddDevice() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)

		device, err := service.AddDevice(wecom.Api(), "model-1", "SN0001", "Front door")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(device.DeviceSn != "")
	})
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

// The firewall lets only WeCom push.
func ExampleGetCallbackIp() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		ips, err := service.GetCallbackIp(corp.Api()) // of any corp
		fmt.Println(len(ips) > 0, err)
	})
	fmt.Println(err)
	// Output:
	// true <nil>
	// <nil>
}
