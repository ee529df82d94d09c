// Command scaleout runs a provider's app in several processes that share a Redis or a database, with a
// WeCom and corps that push to it, on one machine. Kill any process at any time: nothing is lost.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/examples/scaleout/internal/fleet"
	"github.com/gothird/wecom/examples/scaleout/internal/record"
	"github.com/gothird/wecom/token"
)

// flags are those of the command.
type flags struct {
	backend, url, addr string
	processes, corps   int
	rate               float64
	every              time.Duration
	worker             bool
}

// What a worker is told by its environment, beside what WeCom's console shows.
const (
	keyVariable    = "SCALEOUT_KEY"
	urlVariable    = "SCALEOUT_URL"
	folderVariable = "SCALEOUT_FOLDER"
)

func main() {
	var f flags
	flag.StringVar(&f.backend, "backend", "sqlite", "what the processes share: sqlite, redis, mariadb or postgres")
	flag.StringVar(&f.url, "url", os.Getenv(urlVariable), "where that is; empty ($"+urlVariable+" too): a server is started for the time of the run")
	flag.StringVar(&f.addr, "addr", "127.0.0.1:0", "where the balancer listens; port 0 is any free one")
	flag.IntVar(&f.processes, "processes", 4, "how many workers there are")
	flag.IntVar(&f.corps, "corps", 20, "how many corps have installed the app")
	flag.Float64Var(&f.rate, "rate", 20, "how many messages the corps write in a second")
	flag.DurationVar(&f.every, "every", 3*time.Second, "how often figures are printed")
	flag.BoolVar(&f.worker, "worker", false, "be one of the workers (this is how they are started)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	do := run
	if f.worker {
		do = runWorker
	}
	err := do(ctx, os.Stdout, f)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "scaleout:", err)
		os.Exit(1)
	}
}

// runWorker does what worker.go shows, and writes down what it has worked.
func runWorker(ctx context.Context, out io.Writer, f flags) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { defer cancel(); _, _ = bufio.NewReader(os.Stdin).ReadByte() }() // it ends with the program that has started it
	key, err := hex.DecodeString(os.Getenv(keyVariable))
	if err != nil {
		return fmt.Errorf("%s: %w", keyVariable, err)
	}
	writer, err := record.NewWriter(os.Getenv(folderVariable))
	if err != nil {
		return err
	}
	defer writer.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, fleet.Listening+listener.Addr().String())
	return work(ctx, settings{
		backend: f.backend, url: f.url, key: key,
		wecom: token.Config{CorpId: os.Getenv("WECOM_CORP_ID"), ProviderSecret: os.Getenv("WECOM_PROVIDER_SECRET"),
			SuiteId: os.Getenv("WECOM_SUITE_ID"), SuiteSecret: os.Getenv("WECOM_SUITE_SECRET"), BaseURL: os.Getenv("WECOM_BASE_URL")},
		app: callback.URL{Token: os.Getenv("WECOM_TOKEN"), EncodingAESKey: os.Getenv("WECOM_AES_KEY")},
		heard: func(_ context.Context, n *callback.Notice, _ *contact.User, m *callback.TextMessage) error {
			number, err := strconv.Atoi(m.Content)
			if err != nil {
				return err
			}
			return writer.Write(record.Item{Corp: n.CorpId(), N: number})
		},
	}, listener)
}
