package externalcontact_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"testing"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/wecomtest"
)

// All customers of the corp pass by, page after page. Those of members without a licence are
// missing; the walk says so at its end.
func ExampleAllCustomers() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})
		li := corp.AddCustomer(corp.Members[0].UserId, wecomtest.Customer{Name: "Li"})
		corp.AddCustomer(corp.Members[1].UserId, *li)
		corp.AddCustomer(corp.Members[1].UserId, wecomtest.Customer{Name: "Wu"})

		customers := map[string]int{}
		for c, err := range externalcontact.AllCustomers(corp.Api()) {
			var unlicensed *externalcontact.Unlicensed
			switch {
			case errors.As(err, &unlicensed):
				fmt.Println("without those of", len(unlicensed.UserIds), "members")
			case err != nil:
				log.Fatal(err)
			default:
				customers[c.ExternalContact.Name]++
			}
		}
		fmt.Println("members of each:", customers)
	})
	fmt.Println(err)
	// Output:
	// members of each: map[Li:2 Wu:1]
	// <nil>
}

// A QR code on a leaflet has a state. Who comes by it gets a tag.
func ExampleAddContactWay() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})

		way := externalcontact.NewContactWay{Type: externalcontact.WayToOne, Scene: externalcontact.SceneCode}
		way.User, way.State = []string{corp.Members[1].UserId}, "spring-leaflet"
		made, err := externalcontact.AddContactWay(corp.Api(), way)
		fmt.Println("code", made.QrCode != "", err)
		group, err := externalcontact.AddCorpTag(corp.Api(), externalcontact.NewTags{GroupName: "Origin", Tag: []externalcontact.NewTag{{Name: "Spring"}}})
		fmt.Println("tag", err)

		inbox, _ := callback.NewInbox(callback.Config{})
		done := make(chan error)
		callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.ExternalContactEvent) error {
			if e.State != "spring-leaflet" {
				return nil
			}
			err := externalcontact.MarkTag(n.Api, e.UserID, e.ExternalUserID, []string{group.Tag[0].Id}, nil)
			done <- err
			return err
		})
		handler, _ := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		go inbox.Run(t.Context())
		wecom.Deliver(wecom.Api(), callback.App, handler)

		li := corp.AddCustomer("", wecomtest.Customer{Way: made.ConfigId})
		fmt.Println("tagged", <-done)
		customer, err := externalcontact.Get(corp.Api(), li.ExternalUserId, "")
		fmt.Println(customer.FollowUser[0].State, customer.FollowUser[0].Tags[0].TagName, err)
	})
	fmt.Println(err)
	// Output:
	// code true <nil>
	// tag <nil>
	// tagged <nil>
	// spring-leaflet Spring <nil>
	// <nil>
}
