package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gothird/wecom/examples/scaleout/internal/process"
)

// sandbox is the WeCom of this example, another process: the command wecom sandbox.
type sandbox struct {
	*process.Process

	url string
}

const sandboxTimeout = 30 * time.Second

// choices let tokens end soon, so that one sees them being renewed: each time with a new one.
func choices() map[string]any {
	return map[string]any{"token_life": "1m", "new_suite_token": true, "new_corp_token": true}
}

// startSandbox builds the command, and runs it for corps that all have one member.
func startSandbox(ctx context.Context, folder string) (*sandbox, error) {
	program := filepath.Join(folder, "wecom")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/gothird/wecom/cmd/wecom").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the sandbox (in the folder examples/scaleout, by the go command): %w: %s", err, out)
	}
	p, err := process.Start(exec.Command(program, "sandbox", "-listen", "127.0.0.1:0", "-corps", "0"), filepath.Join(folder, "sandbox.log"))
	if err != nil {
		return nil, err
	}
	s := &sandbox{Process: p}
	for end := time.Now().Add(sandboxTimeout); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, rest, found := strings.Cut(p.Tail(), "WECOM_BASE_URL='"); found {
			s.url, _, _ = strings.Cut(rest, "'")
			if s.call(ctx, http.MethodPost, "choices", choices(), nil) == nil {
				return s, nil
			}
		}
	}
	s.stop()
	return nil, fmt.Errorf("the sandbox does not answer: %s", p.Tail())
}

func (s *sandbox) stop() { s.Stop(syscall.SIGTERM, 10*time.Second) }

// call calls the API of the sandbox, which plays what others do in WeCom.
func (s *sandbox) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, s.url+"/api/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return errors.Join(err, fmt.Errorf("sandbox: %s %s: %s: %s", method, path, answer.Status, text))
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// environment is what an app is configured with, as NAME=value.
func (s *sandbox) environment(ctx context.Context) (env []string, err error) {
	var out struct {
		Variables []struct{ Name, Value string }
	}
	err = s.call(ctx, http.MethodGet, "environment?reveal=true", nil, &out)
	for _, v := range out.Variables {
		env = append(env, v.Name+"="+v.Value)
	}
	return env, err
}

// deliverTo enters the callback URLs in the console of the provider, which brings a suite_ticket.
func (s *sandbox) deliverTo(ctx context.Context, url string) error {
	if err := s.call(ctx, http.MethodPost, "urls", map[string]string{"command_url": url, "data_url": url}, nil); err != nil {
		return err
	}
	return s.call(ctx, http.MethodPost, "tickets", struct{}{}, nil)
}

// install makes a corp, whose administrator installs the app. It returns ids of the corp and him.
func (s *sandbox) install(ctx context.Context, n int) (corp, user string, err error) {
	var made struct {
		CorpId  string `json:"corp_id"`
		Members []struct {
			UserId string `json:"user_id"`
		}
	}
	if err := s.call(ctx, http.MethodPost, "corps", map[string]any{"name": fmt.Sprint("Corp ", n), "members": 1}, &made); err != nil {
		return "", "", err
	}
	if len(made.Members) == 0 {
		return "", "", errors.New("sandbox: the new corp has no member")
	}
	err = s.call(ctx, http.MethodPost, "installs", map[string]string{"corp_id": made.CorpId}, nil)
	return made.CorpId, made.Members[0].UserId, err
}

// say lets a member write to the app, and reports whether the app has taken that.
func (s *sandbox) say(ctx context.Context, corp, user, text string) (taken bool, err error) {
	var out struct {
		Pushes []struct {
			CorpId   string `json:"corp_id"`
			Accepted bool
		}
	}
	err = s.call(ctx, http.MethodPost, "say", map[string]string{"corp_id": corp, "user_id": user, "text": text}, &out)
	for _, p := range out.Pushes { // those of other corps, which went out meanwhile, are there too
		taken = taken || p.CorpId == corp && p.Accepted
	}
	return taken, err
}

// tokenRequests counts the requests for tokens with ids above after, and returns the id of the newest
// request of any kind.
func (s *sandbox) tokenRequests(ctx context.Context, after int64) (n int, newest int64, err error) {
	var out struct {
		Requests []struct {
			Id   int64
			Path string
		}
	}
	newest = after
	err = s.call(ctx, http.MethodGet, fmt.Sprint("requests?limit=1000&after=", after), nil, &out)
	for _, r := range out.Requests {
		newest = max(newest, r.Id)
		switch r.Path {
		case "/cgi-bin/service/get_suite_token", "/cgi-bin/service/get_corp_token":
			n++
		}
	}
	return n, newest, err
}
