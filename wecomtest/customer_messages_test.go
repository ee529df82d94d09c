package wecomtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

// What reaches a customer from members, and from any account of customer service, is one list.
// G: wecomtest/customers
func TestOneListOfWhatACustomerGets(t *testing.T) {
	bubble(t, func(t *testing.T, _ *wecomtest.WeCom, corp *wecomtest.Corp) {
		shop, help := corp.KfAccount("Shop"), corp.KfAccount("Help", "woZhou")
		li := corp.AddCustomer("woLin", *corp.KfCustomer("Li"))
		assert.Equal(t, li, corp.KfCustomer("Li"), "known again")
		answer := func(account, text string) {
			time.Sleep(time.Second)
			li.Ask(account, "?")
			_, err := kf.SendMsg(corp.Api(), kf.Message{OpenKfId: account, ToUser: li.ExternalUserId, Content: kf.Content{Text: &wire.Text{Content: text}}})
			require.NoError(t, err)
		}
		answer(help, "one")
		answer(shop, "two")
		time.Sleep(time.Second)
		made, err := externalcontact.AddMsgTemplate(corp.Api(), externalcontact.MassMessage{Sender: "woLin", Message: externalcontact.Message{Text: &wire.Text{Content: "three"}}})
		require.NoError(t, err)
		corp.SendGroupMsg(made.MsgId)
		answer(help, "four")
		_, err = kf.ServiceStateTrans(corp.Api(), help, li.ExternalUserId, kf.State{ServiceState: kf.StateServicer, ServicerUserId: "woZhou"})
		require.NoError(t, err)
		time.Sleep(time.Second)
		corp.KfAnswer(help, "woZhou", li, "five")
		var texts, accounts, users []string
		for _, m := range li.Messages() {
			texts, accounts, users = append(texts, m.Text), append(accounts, m.OpenKfId), append(users, m.UserId)
		}
		assert.Equal(t, []string{"one", "two", "three", "four", "five"}, texts)
		assert.Equal(t, []string{help, shop, "", help, help}, accounts)
		assert.Equal(t, []string{"", "", "woLin", "", "woZhou"}, users)
	})
}
