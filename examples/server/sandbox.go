package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// sandbox is a process of "wecom sandbox", reached by its JSON API, and WeCom's pages for it. A
// server that is forked does not need it: delete this file, sandboxpages.go and the flag.
type sandbox struct {
	base   string
	suites []string // the third-party app and the template
}

// runSandbox starts a sandbox, and the server against it, until ctx ends.
func runSandbox(ctx context.Context) (err error) {
	pages, err := net.Listen("tcp", cmp.Or(os.Getenv("SERVER_LISTEN"), "127.0.0.1:8080"))
	if err != nil {
		return fmt.Errorf("SERVER_LISTEN: %w", err)
	}
	ops, err := net.Listen("tcp", cmp.Or(os.Getenv("SERVER_OPS_LISTEN"), "127.0.0.1:9090"))
	if err != nil {
		return errors.Join(fmt.Errorf("SERVER_OPS_LISTEN: %w", err), pages.Close())
	}
	folder, err := os.MkdirTemp("", "wecom-server")
	if err != nil {
		return errors.Join(err, pages.Close(), ops.Close())
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	box, stop, err := startSandbox(ctx, folder)
	if err != nil {
		return errors.Join(err, pages.Close(), ops.Close())
	}
	defer stop()
	return box.serve(ctx, folder, pages, ops)
}

// serve runs the server with the variables of the sandbox.
func (b *sandbox) serve(ctx context.Context, folder string, pages, ops net.Listener) error {
	wecom, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, pages.Close(), ops.Close())
	}
	standIn := &http.Server{Handler: b, ReadHeaderTimeout: headerTimeout}
	go func() { _ = standIn.Serve(wecom) }()
	defer standIn.Close()
	site := "http://" + pages.Addr().String()
	variables := map[string]string{"SERVER_URL": site, "WECOM_PAGES_URL": "http://" + wecom.Addr().String(), "SERVER_BUYER": "buyer",
		"SERVER_DATABASE": filepath.Join(folder, "server.db"), "SERVER_KEY": newKey()}
	if err := b.environment(ctx, variables); err != nil {
		return errors.Join(err, pages.Close(), ops.Close())
	}
	cfg, err := readConfig(func(name string) string { return cmp.Or(os.Getenv(name), variables[name]) })
	if err != nil {
		return errors.Join(err, pages.Close(), ops.Close())
	}
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, nil)), pages, ops) }()
	if err := b.connect(ctx, site); err != nil && ctx.Err() == nil {
		return err
	}
	fmt.Printf("server           %s\nmetrics, health  http://%s\nsandbox console  %s\nCtrl-C ends all.\n", site, ops.Addr(), b.base)
	return <-ended
}

func newKey() string {
	key := make([]byte, sealKeySize)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

var addressLine = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startSandbox builds the command and starts it.
func startSandbox(ctx context.Context, folder string) (b *sandbox, stop func(), err error) {
	command := filepath.Join(folder, "wecom.exe") // Windows wants .exe, others do not mind
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", command, "github.com/gothird/wecom/cmd/wecom").CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("the sandbox is not built; start this in the folder of its module: %w\n%s", err, out)
	}
	living, end := context.WithCancel(context.WithoutCancel(ctx)) // it ends after the server
	child := exec.CommandContext(living, command, "sandbox", "-listen", "127.0.0.1:0", "-templates", "1")
	child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
	const patience = 5 * time.Second
	child.WaitDelay = patience
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	stop = func() { end(); _ = child.Wait() } // it was interrupted
	lines := bufio.NewScanner(out)
	b = &sandbox{}
	for b.base == "" && lines.Scan() {
		b.base = addressLine.FindString(lines.Text())
	}
	if b.base == "" {
		stop()
		return nil, nil, errors.New("the sandbox has not started")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // so that it never waits for a reader
	return b, stop, nil
}

// call calls the JSON API.
func (b *sandbox) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, b.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(res.Body) // says why
		return fmt.Errorf("sandbox: %s %s: %s: %s", method, path, res.Status, text)
	}
	return json.NewDecoder(res.Body).Decode(out)
}

// reveal is the secret of a mark.
func (b *sandbox) reveal(ctx context.Context, mark string) (string, error) {
	var out struct {
		Secret string `json:"secret"`
	}
	err := b.call(ctx, http.MethodPost, "/reveal", map[string]string{"mark": mark}, &out)
	return out.Secret, err
}

// environment adds the variables of both apps.
func (b *sandbox) environment(ctx context.Context, to map[string]string) error {
	var all struct {
		Suites []struct {
			SuiteId string `json:"suite_id"`
		} `json:"suites"`
	}
	if err := b.call(ctx, http.MethodGet, "/suites", nil, &all); err != nil {
		return err
	}
	for i, x := range all.Suites {
		b.suites = append(b.suites, x.SuiteId)
		var out struct {
			Variables []struct{ Name, Value string } `json:"variables"`
		}
		if err := b.call(ctx, http.MethodGet, "/environment?"+url.Values{"suite_id": {x.SuiteId}, "reveal": {"true"}}.Encode(), nil, &out); err != nil {
			return err
		}
		for _, v := range out.Variables {
			to[v.Name+suffixes[i].suffix] = v.Value
		}
	}
	return nil
}

// connect enters the callback URLs, as in WeCom's console. A ticket is pushed to each.
func (b *sandbox) connect(ctx context.Context, site string) error {
	var out struct{}
	for i, id := range b.suites {
		path := site + "/wecom/" + suffixes[i].name
		urls := map[string]string{"suite_id": id, "command_url": path + "/command", "data_url": path + "/data"}
		if i == 0 {
			urls["system_url"] = site + "/wecom/system"
		}
		if err := b.call(ctx, http.MethodPost, "/urls", urls, &out); err != nil {
			return err
		}
	}
	return nil
}
