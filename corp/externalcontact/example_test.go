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

		customers := map[string]int{}
		for c, err := range externalcontact.AllCustomers(corp.Api()) {
			var unlicensed *externalcontact.Unlicensed
			switch {
			case errors.As(err, &unlicensed):
				fmt.Println("without those of", len(unlicensed.UserIds), "members")
			case err != nil:
				log.Fatal(err)
			default:
				customers[c.ExternalContact.ExternalUserId]++
			}
		}
		fmt.Println("there are customers:", len(customers) > 0)
	})
	fmt.Println(err)
	// Output:
	// without those of 2 members
	// there are customers: true
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

		inbox, _ := callback.NewInbox(callback.Config{})
		done := make(chan error)
		callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.ExternalContactEvent) error {
			if e.State != "spring-leaflet" {
				return nil
			}
			err := externalcontact.MarkTag(n.Api, e.UserID, e.ExternalUserID, []string{"etSpring"}, nil)
			done <- err
			return err
		})
		handler, _ := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		go inbox.Run(t.Context())
		wecom.Deliver(wecom.Api(), callback.App, handler)

		corp.PushSample("change_external_contact.add_external_contact", "State", "spring-leaflet")
		fmt.Println("tagged", <-done)
	})
	fmt.Println(err)
	// Output:
	// code true <nil>
	// tagged <nil>
	// <nil>
}
