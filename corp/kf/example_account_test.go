package kf_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

// The app makes an account, names who answers, and gets the link for its web page.
func ExampleAccountAdd() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}}).Api()
		avatar, err := media.Upload(api, media.TypeImage, wire.Bytes("shop.png", []byte("\x89PNG\r\n\x1a\n…")))
		if err != nil {
			t.Fatal(err)
		}

		shop, err := kf.AccountAdd(api, "Shop", avatar.MediaId)
		if err != nil {
			t.Fatal(err)
		}
		results, err := kf.ServicerAdd(api, shop, []string{"woLin"}, nil)
		for _, r := range results {
			fmt.Println(r.UserId, "answers:", r.ErrCode == 0, err)
		}
		link, err := kf.AddContactWay(api, shop, "website")
		fmt.Println("link:", link != "", err)
	})
	fmt.Println(err)
	// Output:
	// woLin answers: true <nil>
	// link: true <nil>
	// <nil>
}

// A menu lets the customer answer by a click.
func ExampleSendMsg() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		shop, lin := corp.KfAccount("Shop"), corp.KfCustomer("Lin")
		lin.Ask(shop, "Are you open?")

		_, err := kf.SendMsg(corp.Api(), kf.Message{OpenKfId: shop, ToUser: lin.ExternalUserId, Content: kf.Content{MsgMenu: &kf.Menu{
			HeadContent: "When do you want to come?",
			List: []kf.MenuItem{
				{Click: &kf.MenuClick{Id: "today", Content: "Today"}},
				{View: &kf.MenuView{Url: "https://shop.example/hours", Content: "Show the hours"}},
			},
		}}})
		fmt.Println("sent:", err)
		lin.Click(shop, "today")
		for m, err := range kf.AllMsg(corp.Api(), kf.Sync{OpenKfId: shop}) {
			if m.Text != nil && m.Text.MenuId != "" {
				fmt.Println("clicked:", m.Text.MenuId, err)
			}
		}
	})
	fmt.Println(err)
	// Output:
	// sent: <nil>
	// clicked: today <nil>
	// <nil>
}

// The app hands a conversation over to a servicer.
func ExampleServiceStateTrans() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
		shop, mei := corp.KfAccount("Shop", "woLin"), corp.KfCustomer("Mei")
		mei.Ask(shop, "I want to talk to a person.")

		_, err := kf.ServiceStateTrans(corp.Api(), shop, mei.ExternalUserId, kf.State{ServiceState: kf.StateServicer, ServicerUserId: "woLin"})
		if err != nil {
			t.Fatal(err)
		}
		now, err := kf.ServiceStateGet(corp.Api(), shop, mei.ExternalUserId)
		fmt.Println("with a servicer:", now.ServiceState == kf.StateServicer, now.ServicerUserId, err)
	})
	fmt.Println(err)
	// Output:
	// with a servicer: true woLin <nil>
	// <nil>
}

// Who wrote, and which specialist can the app recommend?
func ExampleCustomerUpgradeService() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
		shop, mei := corp.KfAccount("Shop"), corp.KfCustomer("Mei")
		corp.KfUpgrade([]string{"woLin"}, nil) // 升级服务 in the console
		mei.Ask(shop, "Can you advise me?")

		who, err := kf.CustomerBatchGet(corp.Api(), []string{mei.ExternalUserId}, false)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(who.CustomerList[0].NickName)
		config, err := kf.CustomerGetUpgradeServiceConfig(corp.Api())
		if err != nil {
			t.Fatal(err)
		}
		expert := config.MemberRange.UserIdList[0]
		err = kf.CustomerUpgradeService(corp.Api(), shop, mei.ExternalUserId, kf.Upgrade{Member: &kf.Specialist{UserId: expert}})
		fmt.Println("recommended", expert, err)
	})
	fmt.Println(err)
	// Output:
	// Mei
	// recommended woLin <nil>
	// <nil>
}

// The figures of yesterday.
func ExampleGetCorpStatistic() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		beijing := time.FixedZone("", 8*60*60)
		y, m, d := time.Now().In(beijing).AddDate(0, 0, -1).Date()
		yesterday := time.Date(y, m, d, 0, 0, 0, 0, beijing).Unix()
		days, err := kf.GetCorpStatistic(corp.Api(), corp.KfAccount("Shop"), kf.Days{StartTime: yesterday, EndTime: yesterday})
		conversations := int64(0)
		for _, day := range days {
			if day.Statistic != nil { // nil: nothing happened, or it is not counted yet
				conversations += day.Statistic.SessionCnt
			}
		}
		fmt.Println("conversations:", conversations > 0, err)
	})
	fmt.Println(err)
	// Output:
	// conversations: true <nil>
	// <nil>
}
