package callback_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/wecomtest"
)

// Notices survive a restart in a folder, encrypted.
func ExampleNewDirQueue() {
	dir, err := os.MkdirTemp("", "wecom")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	key := make([]byte, 32) // a program reads 32 random bytes from where its secrets are
	queue, err := callback.NewDirQueue(dir, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer queue.Close() // after Run and the server have ended
	in, err := callback.NewInbox(callback.Config{Queue: queue})
	if err != nil {
		fmt.Println(err)
		return
	}
	stats, err := in.Stats(context.Background())
	fmt.Println(stats.Waiting, "notices wait", err)
	// Output: 0 notices wait <nil>
}

// A corp has installed the app from the provider's own site. The redirect brings the auth code,
// and the functions for create_auth run as if WeCom had pushed it.
func ExampleInbox_Install() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Api()
		in, _ := callback.NewInbox(callback.Config{})
		welcomed := make(chan string)
		callback.On(in, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error {
			welcomed <- n.Permanent().AuthCorpInfo.CorpName
			return nil
		}, callback.KItCreateAuth)
		h, _ := in.Handler(api, wecom.URL(api, callback.App))
		wecom.Deliver(api, callback.App, h)
		wecom.Go(in.Run)

		pre, _ := service.GetPreAuthCode(api)
		link, _ := service.InstallUrl(service.InstallLink{SuiteId: api.SuiteId(), PreAuthCode: pre.PreAuthCode, RedirectUri: "https://app.example/installed"})
		_, redirect := wecom.Follow(link, wecomtest.Corp{Name: "Riverside"})
		query := redirect.Query()
		_, err := in.Install(api, query.Get("auth_code"), query.Get("state"))
		fmt.Println("welcome,", <-welcomed, err)
	})
	fmt.Println(err)
	// Output:
	// welcome, Riverside <nil>
	// <nil>
}

// An operator looks at the notices that were given up, and lets them be processed again.
func ExampleInbox_Dead() {
	ctx := context.Background()
	in, err := callback.NewInbox(callback.Config{}) // with the queue of the program
	if err != nil {
		fmt.Println(err)
		return
	}
	dead := 0
	for d, err := range in.Dead(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		dead++
		if err := in.Retry(ctx, d.Key); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(dead, "dead")
	// Output: 0 dead
}
