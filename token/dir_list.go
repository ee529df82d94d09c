package token

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/durable"
)

// listChunk is how many names are read from the folder at a time.
const listChunk = 256

// List implements [Lister]. It reads the folder in small parts and remembers only a hash of
// each name. A value that cannot be read is an error, and the walk goes on.
func (s *dirStore) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		l := &dirList{s: s, ctx: ctx, prefix: prefix, yield: yield, seed: maphash.MakeSeed(), seen: make(map[uint64]struct{})}
		// On some file systems a file that is replaced during a walk moves behind the end of
		// the walk. A second walk finds it.
		if l.walk() {
			l.walk()
		}
	}
}

// dirList is one range over the keys of a folder.
type dirList struct {
	s      *dirStore
	ctx    context.Context
	prefix string
	yield  func(string, error) bool

	seed maphash.Seed
	seen map[uint64]struct{} // hashes of the names that were looked at
}

// walk goes through the folder once. It reports whether the range goes on.
func (l *dirList) walk() bool {
	dir, err := os.Open(l.s.dir)
	if err != nil {
		return l.fail(err)
	}
	defer dir.Close()
	for {
		entries, err := dir.ReadDir(listChunk)
		for _, e := range entries {
			if err := l.ctx.Err(); err != nil {
				l.yield("", err)
				return false
			}
			if !l.visit(e) {
				return false
			}
		}
		if errors.Is(err, io.EOF) {
			return l.ctx.Err() == nil || l.fail(l.ctx.Err())
		}
		if err != nil {
			return l.fail(err)
		}
	}
}

// fail ends the range with err.
func (l *dirList) fail(err error) bool {
	if l.ctx.Err() == nil {
		err = fmt.Errorf("wecom: store: %w", err)
	}
	l.yield("", err)
	return false
}

func (l *dirList) visit(d fs.DirEntry) (goOn bool) {
	if !d.Type().IsRegular() || !l.mayMatch(d.Name()) || !l.first(d.Name()) {
		return true
	}
	path := filepath.Join(l.s.dir, d.Name())
	e, err := readEntry(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	if err == nil && durable.SafeName(e.key) != d.Name() {
		err = otherKey(path, e.key)
	}
	if err != nil {
		return l.yield("", fmt.Errorf("wecom: store: %w", err))
	}
	if !strings.HasPrefix(e.key, l.prefix) || expired(e.expires, clock.Now()) {
		return true
	}
	return l.yield(e.key, nil)
}

// mayMatch reports whether the key of a file may begin with the prefix. If not, the file is
// not read.
func (l *dirList) mayMatch(name string) bool {
	key, whole, ok := durable.KeyOf(name)
	return ok && (!whole || strings.HasPrefix(key, l.prefix))
}

func (l *dirList) first(name string) bool {
	sum := maphash.String(l.seed, name)
	_, again := l.seen[sum]
	l.seen[sum] = struct{}{}
	return !again
}
