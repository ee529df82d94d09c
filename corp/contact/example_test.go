package contact_test

import (
	"fmt"
	"log"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/internal/corptest"
)

// In a function for the event change_contact n.Api is ready for the call.
func ExampleUserGet() {
	api := corptest.Canned(func(string, []byte) string {
		return `{"userid":"woLin","department":[7],"main_department":7,"status":1}`
	})
	e := &callback.ContactEvent{}
	e.UserID = "woLin"

	u, err := contact.UserGet(api, e.UserID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(u.UserId, u.Department, u.Status == contact.StatusActive)
	// Output: woLin [7] true
}

// The members of a department and of all below it.
func ExampleAllUsers() {
	answers := map[string]string{
		"/cgi-bin/department/simplelist": `{"department_id":[{"id":7,"parentid":1},{"id":8,"parentid":7}]}`,
		"/cgi-bin/user/list":             `{"userlist":[{"userid":"woLin","department":[7,8]}]}`,
	}
	api := corptest.Canned(func(path string, _ []byte) string { return answers[path] })

	for u, err := range contact.AllUsers(api, 7) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(u.UserId, u.Department)
	}
	// Output: woLin [7 8]
}
