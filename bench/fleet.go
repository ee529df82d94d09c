package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/token"
)

// What a process that addFleet starts is told.
const (
	addrOfMember = "WECOM_BENCH_REDIS"
	baseOfMember = "WECOM_BENCH_BASE"
)

// asMember lets this process be one of a fleet, if it was started as one: for each line that
// it reads, which is a prefix of keys in Redis, it gets a token and writes a line.
func asMember(in io.Reader, out io.Writer) bool {
	addr, base := os.Getenv(addrOfMember), os.Getenv(baseOfMember)
	if addr == "" {
		return false
	}
	client := redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true})
	fmt.Fprintln(out, client.Ping(context.Background()).Err())
	for lines := bufio.NewScanner(in); lines.Scan(); {
		fmt.Fprintln(out, coldToken(client, base, lines.Text()))
	}
	return true
}

func coldToken(client redis.UniversalClient, base, prefix string) error {
	store, err := wecomredis.NewStore(client, wecomredis.Options{Prefix: prefix})
	if err != nil {
		return err
	}
	api, err := token.New(token.Config{CorpId: providerId, ProviderSecret: "bench-provider-secret", Store: store, BaseURL: base})
	if err != nil {
		return err
	}
	_, err = api.AccessToken(token.Provider)
	return err
}

// member is a process of a fleet.
type member struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startMember(addr, base string) (*member, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	m := &member{cmd: exec.Command(self)}
	m.cmd.Env = append(os.Environ(), addrOfMember+"="+addr, baseOfMember+"="+base)
	m.cmd.Stderr = os.Stderr
	in, inErr := m.cmd.StdinPipe()
	out, outErr := m.cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		return nil, err
	}
	m.in, m.out = in, bufio.NewReader(out)
	return m, m.cmd.Start()
}

// hear reads the next line of a member, which tells of an error or of none.
func (m *member) hear() error {
	line, err := m.out.ReadString('\n')
	if line = strings.TrimSpace(line); err == nil && line != "<nil>" {
		return errors.New(line)
	}
	return err
}

func (m *member) stop() {
	m.in.Close() // it ends then
	_ = m.cmd.Wait()
}

// addFleet adds rows of 8 processes that share one Redis and find no token.
func addFleet(b *bench) error {
	if _, err := exec.LookPath("redis-server"); err != nil {
		fmt.Fprintln(b.progress, "Redis: left out, there is no redis-server: run `make servers`")
		return nil
	}
	return inFolder(func(dir string) error {
		addr, stop, err := startRedis(dir)
		if err != nil {
			return err
		}
		defer stop()
		return addColdFleet(b, addr)
	})
}

func addColdFleet(b *bench, addr string) error {
	const latency = 50 * time.Millisecond
	s := &stub{latency: latency}
	server := httptest.NewServer(s)
	defer server.Close()
	var members []*member
	for range 8 {
		m, err := startMember(addr, server.URL)
		if err != nil {
			return err
		}
		defer m.stop()
		if err := m.hear(); err != nil {
			return err
		}
		members = append(members, m)
	}
	var took []time.Duration
	for run := range max(3, b.size(15)) {
		begin := time.Now()
		if err := ask(members, fmt.Sprintf("bench-%d:", run)); err != nil {
			return err
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	const name = "8 processes, one Redis, cold"
	b.table.Count(name+": token requests", float64(s.tokens.Load())/float64(len(took)), "a start", 1)
	b.table.Count(name+": last token, median", float64(took[len(took)/2])/float64(time.Millisecond), "ms", float64((latency+40*time.Millisecond)/time.Millisecond))
	return nil
}

// ask lets all get a token with the keys under a new prefix, and waits for the last.
func ask(members []*member, prefix string) error {
	for _, m := range members {
		if _, err := fmt.Fprintln(m.in, prefix); err != nil {
			return err
		}
	}
	var errs []error
	for _, m := range members {
		errs = append(errs, m.hear())
	}
	return errors.Join(errs...)
}

// startRedis starts a server on a free port, with its data in dir.
func startRedis(dir string) (addr string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	addr = l.Addr().String()
	l.Close()
	_, port, _ := strings.Cut(addr, ":")
	cmd := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--maxmemory-policy", "noeviction")
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	client := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
	defer client.Close()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if err = client.Ping(context.Background()).Err(); err == nil {
			return addr, stop, nil
		}
		if time.Now().After(end) {
			stop()
			return "", nil, fmt.Errorf("redis-server does not answer: %w", err)
		}
	}
}
