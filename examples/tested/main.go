// Command greeter is a small third-party app of a service provider: a corp installs it, the
// administrators get licences, and members are greeted. It is here for its tests, which need
// neither a network nor a WeCom account.
package main

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	listener, err := net.Listen("tcp", os.Getenv("GREETER_LISTEN"))
	if err == nil {
		err = serve(ctx, listener, os.Getenv)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// serve runs the app until ctx ends. What must not be lost is in GREETER_FOLDER, sealed by
// the key there: 32 bytes.
func serve(ctx context.Context, listener net.Listener, env func(string) string) error {
	folder := env("GREETER_FOLDER")
	key, err := os.ReadFile(filepath.Join(folder, "key"))
	if err != nil {
		return err
	}
	store, err := token.NewDirStore(filepath.Join(folder, "store"), key)
	if err != nil {
		return err
	}
	queue, err := callback.NewDirQueue(filepath.Join(folder, "queue"), key)
	if err != nil {
		return err
	}
	g, err := New(Config{
		WeCom: token.Config{CorpId: env("WECOM_CORP_ID"), ProviderSecret: env("WECOM_PROVIDER_SECRET"),
			SuiteId: env("WECOM_SUITE_ID"), SuiteSecret: env("WECOM_SUITE_SECRET"), BaseURL: env("WECOM_BASE_URL"), Store: store},
		App:    callback.URL{Token: env("WECOM_TOKEN"), EncodingAESKey: env("WECOM_AES_KEY")},
		System: callback.URL{Token: env("WECOM_SYSTEM_TOKEN"), EncodingAESKey: env("WECOM_SYSTEM_AES_KEY")},
		Queue:  queue, Folder: folder, Site: env("GREETER_SITE"), Buyer: env("GREETER_BUYER"), Payer: env("GREETER_PAYER"),
	})
	if err != nil {
		return errors.Join(err, queue.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	server, ended := &http.Server{Handler: g, ReadHeaderTimeout: 10 * time.Second}, make(chan error, 1)
	go func() { defer cancel(); ended <- server.Serve(listener) }() // a server that can't go on ends Run
	err = g.Run(ctx)
	err = errors.Join(err, server.Shutdown(context.WithoutCancel(ctx)), queue.Close())
	if cause := <-ended; !errors.Is(cause, http.ErrServerClosed) {
		err = errors.Join(err, cause)
	}
	return err
}
