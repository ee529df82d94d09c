package token_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// A call acts for a corp and ends with the request that it serves.
func ExampleApi_WithCorp() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corpId := wecom.Install(wecomtest.Corp{Id: "wpRiverside"}).Id
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()

		api := wecom.Api().WithContext(ctx).WithCorp(corpId) // a copy: cheap, and safe to share
		value, err := api.AccessToken(token.Corp)
		fmt.Println(api.CorpId(), "valid for more than an hour:", value.ExpiresIn > 3600, err)
	})
	fmt.Println(err)
	// Output:
	// wpRiverside valid for more than an hour: true <nil>
	// <nil>
}

// At the start of a program: are the credentials right?
func ExampleApi_Verify() {
	err := wecomtest.Run(func(t testing.TB) {
		cfg := wecomtest.New(t).Config()
		cfg.ProviderSecret = "mistyped"
		api, err := token.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		err = api.Verify()
		fmt.Println("wrong secret:", errors.Is(err, token.Code(40001)))
	})
	fmt.Println(err)
	// Output:
	// wrong secret: true
	// <nil>
}

// All customers of an app.
func ExampleApi_Installations() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		wecom.Install(wecomtest.Corp{Name: "Riverside"})

		for installation, err := range wecom.Api().Installations() {
			if err != nil {
				fmt.Println(err) // one that can't be read; the others follow
				continue
			}
			fmt.Println(installation.CorpName)
		}
	})
	fmt.Println(err)
	// Output:
	// Riverside
	// <nil>
}

// A corp has removed the app, and its cancel_auth was missed.
func ExampleApi_RemoveIfLost() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})
		corp.Cancel()

		removed, err := corp.Api().RemoveIfLost(time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("removed:", removed.CorpName)
		_, err = corp.Api().AccessToken(token.Corp)
		fmt.Println("not installed:", errors.Is(err, token.ErrNotInstalled))
	})
	fmt.Println(err)
	// Output:
	// removed: Riverside
	// not installed: true
	// <nil>
}

// A read with parameters in the query. A failed call returns a *token.Error.
func ExampleApi_Do() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{AgentId: 1000012}).Api()

		var answer struct {
			Name string `json:"name"`
		}
		err := api.Do(token.Endpoint{Method: "GET", Path: "/cgi-bin/agent/get", Credential: token.Corp, Read: true},
			url.Values{"agentid": {"1000012"}}, &answer)
		var failed *token.Error
		if errors.As(err, &failed) {
			t.Fatal(failed.Path, failed.Code)
		}
		fmt.Println(answer.Name)
	})
	fmt.Println(err)
	// Output:
	// App 0
	// <nil>
}

// Tokens, tickets and installations in a folder, encrypted. The old key still opens what it sealed.
func ExampleNewDirStore() {
	dir, err := os.MkdirTemp("", "wecom")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	oldKey, newKey := make([]byte, 32), make([]byte, 32) // 32 random bytes each, from where secrets are
	newKey[0] = 1
	ctx := context.Background()

	before, err := token.NewDirStore(dir, oldKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = before.Put(ctx, "key", []byte("value"), 0)
	fmt.Println("put:", err)

	store, err := token.NewDirStore(dir, newKey, oldKey) // Store: store in the Config
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("resealed:", token.Reseal(ctx, store)) // then the old key can go
	value, err := store.Get(ctx, "key")
	fmt.Println(string(value), err)
	// Output:
	// put: <nil>
	// resealed: <nil>
	// value <nil>
}

// Which part of a batch was done before it failed?
func ExamplePartialError() {
	err := token.NewPartialError(1000, 1000, &token.Error{Path: "/cgi-bin/license/batch_active_account", Err: token.ErrOutcomeUnknown})
	var partial *token.PartialError
	if errors.As(err, &partial) {
		fmt.Println("answered:", partial.Done)
		fmt.Println("look at WeCom for:", partial.Unknown)
	}
	fmt.Println(errors.Is(err, token.ErrOutcomeUnknown))
	// Output:
	// answered: 1000
	// look at WeCom for: 1000
	// true
}
