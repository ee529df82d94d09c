package wecomredis_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// A corp installs an app whose installations and notices are in Redis. In real life the
// addresses and secrets come from the configuration, and all of it runs in several processes.
func Example() {
	err := wecomtest.Run(func(t testing.TB) {
		client := redis.NewClient(&redis.Options{Addr: addrOfExample(t), ContextTimeoutEnabled: true})
		defer client.Close()
		store, err := wecomredis.NewStore(client, wecomredis.Options{Prefix: "example:"})
		if err != nil {
			t.Fatal(err)
		}
		queue, err := wecomredis.NewQueue(client, wecomredis.Options{Prefix: "example:"})
		if err != nil {
			t.Fatal(err)
		}
		defer queue.Close()

		wecom := wecomtest.New(t)
		config := wecom.Config()
		config.Store = store
		api, err := token.New(config)
		if err != nil {
			t.Fatal(err)
		}
		in, err := callback.NewInbox(callback.Config{Queue: queue})
		if err != nil {
			t.Fatal(err)
		}
		welcomed := make(chan string, 1)
		callback.On(in, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error {
			welcomed <- n.Permanent().AuthCorpInfo.CorpName
			return nil
		}, callback.KItCreateAuth)
		h, err := in.Handler(api, wecom.URL(api, callback.App))
		if err != nil {
			t.Fatal(err)
		}
		wecom.Deliver(api, callback.App, h)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- in.Run(ctx) }()

		corp := wecom.Install(wecomtest.Corp{Name: "Example Ltd."})
		fmt.Println("welcome,", <-welcomed)
		cancel()
		fmt.Println("ended:", <-ended)
		installation, err := api.WithCorp(corp.Id).Installation()
		fmt.Println("stored:", installation.CorpName, err)
	})
	fmt.Println(err)
	// Output:
	// welcome, Example Ltd.
	// ended: <nil>
	// stored: Example Ltd. <nil>
	// <nil>
}
