package contact_test

import (
	"fmt"
	"testing"

	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

// A provider with the right to edit (通讯录编辑授权) creates a department and a member in it.
func ExampleUserCreate() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t, wecomtest.Choices{EditContacts: true})
		api := wecom.Install(wecomtest.Corp{}).Api()

		sales, err := contact.DepartmentCreate(api, contact.DepartmentEdit{Name: "销售部", ParentId: 1})
		if err != nil {
			t.Fatal(err)
		}
		_, err = contact.UserCreate(api, contact.UserEdit{
			UserId: "linqing", Name: "林青", Mobile: "13900000001", Department: []int64{sales}})
		if err != nil {
			t.Fatal(err)
		}
		members, err := contact.UserSimpleList(api, sales, false)
		fmt.Println(len(members), "member", err)
	})
	fmt.Println(err)
	// Output:
	// 1 member <nil>
	// <nil>
}

// A tag of the app, for a member who is visible and one who is not.
func ExampleTagAddTagUsers() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t, wecomtest.Choices{EditContacts: true})
		api := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}}).Api()

		id, err := contact.TagCreate(api, "coffee", nil)
		if err != nil {
			t.Fatal(err)
		}
		missed, err := contact.TagAddTagUsers(api, id, []string{"woLin", "woGone"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("not tagged:", missed.InvalidList)
		tagged, err := contact.TagGet(api, id)
		fmt.Println(tagged.TagName, len(tagged.UserList), err)
	})
	fmt.Println(err)
	// Output:
	// not tagged: [woGone]
	// coffee 1 <nil>
	// <nil>
}

// Who has this number?
func ExampleUserGetUserId() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin", Mobile: "13900000001"}}})

		userId, err := contact.UserGetUserId(corp.Api(), "13900000001")
		fmt.Println(userId, err)
	})
	fmt.Println(err)
	// Output:
	// woLin <nil>
	// <nil>
}

// A CSV file adds members. The outcome of each line says what was done.
func ExampleBatchSyncUser() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t, wecomtest.Choices{EditContacts: true})
		api := wecom.Install(wecomtest.Corp{}).Api()

		file := wire.Bytes("members.csv", []byte("姓名,帐号,手机号,所在部门\n林青,linqing,13900000001,1\n周燕,zhouyan,13900000002,1\n"))
		uploaded, err := media.Upload(api, media.TypeFile, file)
		if err != nil {
			t.Fatal(err)
		}
		job, err := contact.BatchSyncUser(api, contact.Import{MediaId: uploaded.MediaId})
		if err != nil {
			t.Fatal(err)
		}
		imported, err := contact.WaitImport(api, job, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range imported.Result {
			fmt.Println(line.UserId, line.ErrCode)
		}
	})
	fmt.Println(err)
	// Output:
	// linqing 0
	// zhouyan 0
	// <nil>
}

// All members of a large corp, by encrypted files in place of many requests.
func ExampleExportedUsers() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}, {UserId: "woZhou"}}}).Api()

		key := contact.NewExportKey()
		job, err := contact.ExportUser(api, key, 0)
		if err != nil {
			t.Fatal(err)
		}
		files, err := contact.WaitExport(api, job, 0)
		if err != nil {
			t.Fatal(err)
		}
		for u, err := range contact.ExportedUsers(api, files, key) {
			fmt.Println(u.UserId, err)
		}
	})
	fmt.Println(err)
	// Output:
	// woLin <nil>
	// woZhou <nil>
	// <nil>
}
