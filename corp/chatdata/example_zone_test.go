package chatdata_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"testing"

	"github.com/gothird/wecom/corp/chatdata"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

// What has the corp opened to the zone, and of whom?
func ExampleGetCorpAuthInfo() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{}).Api()

		editions, err := chatdata.GetCorpAuthInfo(api)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range editions {
			fmt.Println("edition", e.Edition, "for", e.AuthUserCount, "members")
		}
		page, err := chatdata.GetAuthUserList(api, "", 1000) // AllAuthUsers walks all pages
		fmt.Println("archived at present:", len(page.AuthUserList) > 0, err)
	})
	fmt.Println(err)
	// Output:
	// edition 2 for 112 members
	// edition 2 for 124 members
	// archived at present: true <nil>
	// <nil>
}

// The trial of archived documents, and who is in it.
func ExampleDocGetAuthInfo() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{}).Api()

		auth, err := chatdata.DocGetAuthInfo(api)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("the trial is over:", auth.Status == chatdata.StatusTrialOver)
		page, err := chatdata.DocGetAuthUserList(api, "", 0)
		fmt.Println("members:", len(page.AuthUserList) > 0, err)
	})
	fmt.Println(err)
	// Output:
	// the trial is over: true
	// members: true <nil>
	// <nil>
}

// Archiving begins with a key for the corp. The private half is kept as long as its messages.
func ExampleSetPublicKey() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{}).Api()

		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		err = chatdata.SetPublicKey(api, &key.PublicKey, 1) // the next key has version 2
		fmt.Println("set:", err)
	})
	fmt.Println(err)
	// Output:
	// set: <nil>
	// <nil>
}

// A program is chosen for the events, gets a file and writes a detailed log.
func ExampleSetReceiveCallback() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{}).Api()
		const program = "spKx7demoProgram"

		fmt.Println("events:", chatdata.SetReceiveCallback(api, program))
		fmt.Println("log:", chatdata.SetLogLevel(api, program, chatdata.LogDebug))
		file, err := chatdata.UploadMedia(api, wire.Bytes("words.txt", []byte("price, discount")))
		fmt.Println("file:", file.MediaId != "", err)
	})
	fmt.Println(err)
	// Output:
	// events: <nil>
	// log: <nil>
	// file: true <nil>
	// <nil>
}

// Calls and events of a program go to the developer's own server for a while.
func ExampleOpenDebugMode() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{}).Api()
		const program = "spKx7demoProgram"

		err := chatdata.OpenDebugMode(api, program, "token-from-the-console")
		fmt.Println("opened:", err)
		mode, err := chatdata.CheckDebugMode(api, program)
		fmt.Println("on:", mode == chatdata.DebugOn, err)
		fmt.Println("closed:", chatdata.CloseDebugMode(api, program))
	})
	fmt.Println(err)
	// Output:
	// opened: <nil>
	// on: true <nil>
	// closed: <nil>
	// <nil>
}

// A member who looks at conversations sees no numbers of phones and cards.
func ExampleSetHideSensitiveInfoConfig() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		err := chatdata.SetHideSensitiveInfoConfig(corp.Api(), corp.Members[1].UserId,
			chatdata.HideConfig{HideMobile: true, HideIdCard: true, HideBankNo: true})
		fmt.Println(err)
	})
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
}
