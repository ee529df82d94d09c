package wecomredis

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

const scanPage = 500

// errReplaced: a cursor means nothing to another server.
var errReplaced = errors.New("wecomredis: the server was restarted or replaced while its keys were listed, and some may be missing: list them again")

// List yields the keys that begin with prefix. It goes through the whole database, since Redis
// has no index of its keys, and remembers 16 bytes of each key that it has yielded, since
// Redis may name one twice.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		nodes, err := s.nodes(ctx)
		if err != nil {
			yield("", fmt.Errorf("wecomredis: list keys: %w", err))
			return
		}
		l := &listing{ctx: ctx, head: s.prefix + keyHead, prefix: prefix, seen: map[digest]bool{}, yield: yield}
		for _, node := range nodes {
			if !l.walk(node) {
				return
			}
		}
	}
}

// nodes returns the servers that hold keys.
func (s *Store) nodes(ctx context.Context) (nodes []*redis.Client, err error) {
	switch c := s.c.(type) {
	case *redis.Client:
		return []*redis.Client{c}, nil
	case *redis.ClusterClient:
		var mu sync.Mutex
		return ask(ctx, func(ctx context.Context) ([]*redis.Client, error) {
			err := c.ForEachMaster(ctx, func(_ context.Context, node *redis.Client) error {
				mu.Lock()
				defer mu.Unlock()
				nodes = append(nodes, node)
				return nil
			})
			return slices.Clone(nodes), err
		})
	}
	return nil, fmt.Errorf("a client of type %T is not known", s.c) // NewStore takes none
}

type digest [16]byte

// listing is one loop over the keys.
type listing struct {
	ctx          context.Context
	head, prefix string
	seen         map[digest]bool
	yield        func(string, error) bool
}

// walk yields the keys of one server. It reports whether the loop goes on.
func (l *listing) walk(node *redis.Client) bool {
	begun, err := l.runId(node)
	for cursor := uint64(0); err == nil; {
		var page []string
		if page, cursor, err = l.page(node, cursor); err == nil && !l.give(page) {
			return false
		}
		if cursor == 0 {
			break
		}
	}
	if err == nil {
		var ended string
		if ended, err = l.runId(node); err == nil && ended != begun {
			err = errReplaced
		}
	}
	if err != nil {
		l.yield("", fmt.Errorf("wecomredis: list keys: %w", err))
	}
	return err == nil
}

// page returns some keys that match, perhaps none.
func (l *listing) page(node *redis.Client, cursor uint64) (keys []string, next uint64, err error) {
	type page struct {
		keys []string
		next uint64
	}
	p, err := ask(l.ctx, func(ctx context.Context) (p page, err error) {
		p.keys, p.next, err = node.Scan(ctx, cursor, escapePattern(l.head+l.prefix)+"*"+escapePattern(valueEnd), scanPage).Result()
		return p, err
	})
	return p.keys, p.next, err
}

// give yields the keys of a page that were not yielded before.
func (l *listing) give(page []string) bool {
	for _, found := range page {
		if err := l.ctx.Err(); err != nil {
			l.yield("", err)
			return false
		}
		key := strings.TrimSuffix(strings.TrimPrefix(found, l.head), valueEnd)
		sum := sha256.Sum256([]byte(key))
		d := digest(sum[:len(digest{})])
		if l.seen[d] {
			continue
		}
		if l.seen[d] = true; !l.yield(key, nil) {
			return false
		}
	}
	return true
}

// runId names the run of a server: another one after a restart. A server that does not tell, or may
// not, is trusted.
func (l *listing) runId(node *redis.Client) (string, error) {
	info, err := ask(l.ctx, func(ctx context.Context) (string, error) { return node.Info(ctx, "server").Result() })
	var refused redis.Error
	if errors.As(err, &refused) {
		return "", nil
	}
	return infoField(info, "run_id"), err
}

// infoField returns a field of what the command INFO answers.
func infoField(info, name string) string {
	_, rest, _ := strings.Cut(info, "\n"+name+":")
	value, _, _ := strings.Cut(rest, "\r\n")
	return value
}

// escapePattern returns the pattern that matches s only.
func escapePattern(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`, `^`, `\^`).Replace(s)
}
