package wecom_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// The Go code of the guides in docs that no package's examples show.

// How to tell errors apart.
func Example_errors() {
	sort := func(err error) string {
		var e *token.Error
		switch {
		case errors.Is(err, token.Code(701021)): // one errcode of WeCom
			return "no such activation code"
		case errors.Is(err, token.ErrOutcomeUnknown): // a write that may have been carried out
			return "look whether it happened"
		case token.IsRateLimited(err): // a family of codes
			return "slow down"
		case errors.As(err, &e): // anything that a call brought: e.Code, e.Msg, e.Path, e.FromIP
			return e.Path
		}
		return ""
	}
	fmt.Println(sort(&token.Error{Code: 701021}))
	fmt.Println(sort(&token.Error{Code: 45009}))
	fmt.Println(sort(&token.Error{Path: "/cgi-bin/message/send", Code: 81013}))
	// Output:
	// no such activation code
	// slow down
	// /cgi-bin/message/send
}

// The end of a rotation of the sealing key.
func Example_reseal() {
	err := wecomtest.Run(func(t testing.TB) {
		ctx, oldKey, newKey := context.Background(), make([]byte, 32), []byte("0123456789abcdef0123456789abcdef")
		store, err := token.NewDirStore(filepath.Join(folder(t), "store"), newKey, oldKey)
		if err != nil {
			t.Fatal(err)
		}
		rewrite := func() error {
			err := token.Reseal(ctx, store)
			return err
		}
		fmt.Println(rewrite())
	})
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
}

// What a provider takes along who comes from another program: see docs/MIGRATION.md.
func Example_move() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		riverside, lakeside := wecom.Install(wecomtest.Corp{Name: "Riverside"}), wecom.Install(wecomtest.Corp{Name: "Lakeside"})
		var rows []token.Installation
		for _, corp := range []*wecomtest.Corp{riverside, lakeside} {
			in, err := corp.Api().Installation()
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, in)
		}
		lakeside.Cancel()
		cfg := wecom.Config()
		cfg.Store = token.NewMemoryStore()
		api, err := token.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := api.SetSuiteTicket(ticketOf(t, wecom), time.Now()); err != nil {
			t.Fatal(err)
		}
		suiteId, suiteSecret := cfg.SuiteId, cfg.SuiteSecret
		log := log.New(os.Stdout, "", 0)

		move := func() error {
			suite := api.WithSuite(suiteId, suiteSecret)
			for _, row := range rows { // of your old table
				in := token.Installation{CorpId: row.CorpId, PermanentCode: row.PermanentCode, AgentId: row.AgentId, CorpName: row.CorpName}
				if err := suite.SetInstallation(in); err != nil {
					return err
				}
				if _, err := suite.WithCorp(row.CorpId).AccessToken(token.Corp); token.IsLost(err) {
					log.Printf("%s has cancelled, or its code is an old one", row.CorpName)
				} else if err != nil {
					return err
				}
			}
			return nil
		}
		fmt.Println(move())
	})
	fmt.Println(err)
	// Output:
	// Lakeside has cancelled, or its code is an old one
	// <nil>
	// <nil>
}
