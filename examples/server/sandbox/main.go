// Command sandbox runs the server of the folder above against a WeCom of its own: it starts "wecom
// sandbox", plays the pages of WeCom on which people agree and log in, and starts the server with
// the variables that lead there. A server that is forked does not need this folder.
package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run starts all and waits for the end of ctx or of the server. Out is told the addresses.
func run(ctx context.Context, out io.Writer) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	folder, err := os.MkdirTemp("", "wecom-server")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	wecom, err := build(ctx, folder, "wecom", "github.com/gothird/wecom/cmd/wecom")
	if err != nil {
		return err
	}
	server, err := build(ctx, folder, "server", "github.com/gothird/wecom/examples/server")
	if err != nil {
		return err
	}
	box, err := startSandbox(ctx, wecom)
	if err != nil {
		return err
	}
	defer box.stop()
	pages, closePages, err := box.standIn()
	if err != nil {
		return err
	}
	defer closePages()
	listen, ops := cmp.Or(os.Getenv("SERVER_LISTEN"), "127.0.0.1:8080"), cmp.Or(os.Getenv("SERVER_OPS_LISTEN"), "127.0.0.1:9090")
	site := "http://" + listen
	env := append(os.Environ(), "SERVER_LISTEN="+listen, "SERVER_OPS_LISTEN="+ops, "SERVER_URL="+site, "WECOM_PAGES_URL="+pages,
		"SERVER_BUYER=buyer", "SERVER_KEY="+newKey(), "SERVER_DATABASE="+filepath.Join(folder, "server.db"))
	variables, err := box.environment(ctx)
	if err != nil {
		return err
	}
	ended, err := startServer(ctx, server, append(env, variables...))
	if err != nil {
		return err
	}
	if err := box.connect(ctx, site); err != nil {
		cancel()
		return errors.Join(err, <-ended)
	}
	fmt.Fprintf(out, "server           %s\nmetrics, health  http://%s\nsandbox console  %s\nCtrl-C ends all.\n", site, ops, box.base)
	return <-ended
}

// standIn serves what stands in for pages of WeCom.
func (b *sandbox) standIn() (address string, closePages func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	const readHeader = 10 * time.Second
	server := &http.Server{Handler: b, ReadHeaderTimeout: readHeader}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), server.Close, nil
}

func build(ctx context.Context, folder, name, from string) (command string, err error) {
	command = filepath.Join(folder, name+".exe") // Windows wants .exe, others do not mind
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", command, from).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s is not built; start this in the folder of its module: %w\n%s", name, err, out)
	}
	return command, nil
}

// newKey is good for one run, as the database is.
func newKey() string {
	const size = 32
	key := make([]byte, size)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

// interrupted makes a command that is interrupted, not killed, when ctx ends.
func interrupted(ctx context.Context, patience time.Duration, command string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = patience
	cmd.Stderr = os.Stderr
	return cmd
}

// startServer returns when the server listens.
func startServer(ctx context.Context, command string, env []string) (ended chan error, err error) {
	const patience = time.Minute
	cmd := interrupted(ctx, patience, command)
	cmd.Env = env
	logged, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(logged)
	first, _ := lines.ReadString('\n') // it listens, or has ended
	fmt.Fprint(os.Stderr, first)
	ended = make(chan error, 1)
	go func() {
		_, _ = io.Copy(os.Stderr, lines)
		if err := cmd.Wait(); ctx.Err() == nil {
			ended <- errors.Join(errors.New("the server has ended"), err)
		}
		close(ended)
	}()
	return ended, nil
}

var addressLine = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startSandbox returns when the sandbox listens.
func startSandbox(ctx context.Context, command string) (*sandbox, error) {
	const patience = 5 * time.Second
	living, end := context.WithCancel(context.WithoutCancel(ctx)) // it ends after the server
	cmd := interrupted(living, patience, command, "sandbox", "-listen", "127.0.0.1:0", "-templates", "1")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		end()
		return nil, err
	}
	b := &sandbox{stop: func() { end(); _ = cmd.Wait() }} // its error is the interrupt
	lines := bufio.NewScanner(out)
	for b.base == "" && lines.Scan() {
		b.base = addressLine.FindString(lines.Text())
	}
	if b.base == "" {
		b.stop()
		return nil, errors.New("the sandbox has not started")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // so that it never waits for a reader
	return b, nil
}
