package contact_test

import (
	"fmt"
	"testing"

	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/wecomtest"
)

// In a function for the event change_contact n.Api is ready for the call.
func ExampleUserGet() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})

		u, err := contact.UserGet(corp.Api(), "woLin")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(u.UserId, "is in a department:", len(u.Department) > 0)
	})
	fmt.Println(err)
	// Output:
	// woLin is in a department: true
	// <nil>
}

// The members of a department and of all below it.
func ExampleAllUsers() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		byDepartment := map[int64][]string{}
		for u, err := range contact.AllUsers(corp.Api(), 1) { // the whole corp
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range u.Department {
				byDepartment[id] = append(byDepartment[id], u.UserId)
			}
		}
		fmt.Println(len(byDepartment) > 0)
	})
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}
