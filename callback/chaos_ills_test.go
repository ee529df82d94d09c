package callback_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/token"
)

// What happens to a child from inside: its Store, its files and its clock.

const (
	chaosLate  = 100 * time.Millisecond // a heart that beats later than that is written down
	chaosPulse = 50 * time.Millisecond
)

// beat writes down how late this process is, on a machine that has much to do.
func (c *chaosChild) beat() {
	f, err := os.CreateTemp(c.orders.Dir, "beat")
	if err != nil {
		os.Exit(exitStart)
	}
	os.Remove(f.Name())
	for {
		begin := time.Now()
		time.Sleep(chaosPulse)
		_, _ = f.WriteAt([]byte("x"), 0)
		_ = f.Sync()
		if late := time.Since(begin) - chaosPulse; late > chaosLate {
			c.write("late", "-", "-", fmt.Sprint(late.Nanoseconds()))
		}
	}
}

// mischief begins what the orders say.
func (c *chaosChild) mischief() {
	clock.Shift(c.orders.Clock)
	if c.orders.Steps {
		go c.stepClock()
	}
	if c.orders.Ills {
		go c.fallIll()
	}
}

// stepClock moves the clock back and forth.
func (c *chaosChild) stepClock() {
	for step := chaosSkew; ; step = -step {
		time.Sleep(rand.N(time.Second))
		c.write("step", "-", "-", "-")
		clock.Shift(step)
	}
}

// fallIll lets something fail for a while, again and again.
func (c *chaosChild) fallIll() {
	for {
		time.Sleep(time.Second/2 + rand.N(8*time.Second))
		what, begin, end := "store", func() { c.store.ill.Store(1 + rand.Int32N(2)) }, func() { c.store.ill.Store(0) }
		if rand.N(2) == 0 {
			what, begin, end = "files", exhaustFiles, restoreFiles
		}
		c.write("ill", "-", what, "-")
		begin()
		time.Sleep(rand.N(2 * time.Second))
		end()
		c.write("well", "-", what, "-")
	}
}

// chaosStore is a Store that fails, or does not answer, while it is ill.
type chaosStore struct {
	token.Store
	token.Locker
	child *chaosChild
	ill   atomic.Int32 // 1: it fails, 2: it hangs
}

var errIll = errors.New("the Store is ill")

func newChaosStore(c *chaosChild) (*chaosStore, error) {
	store, err := chaosDirStore(c.orders.Disk)
	if err != nil {
		return nil, err
	}
	return &chaosStore{Store: store, Locker: store.(token.Locker), child: c}, nil
}

func chaosDirStore(disk string) (token.Store, error) {
	return token.NewDirStore(filepath.Join(disk, "store"), []byte(chaosSeal))
}

func (s *chaosStore) suffer(ctx context.Context) error {
	switch s.ill.Load() {
	case 1:
		return errIll
	case 2:
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
			return errIll
		}
	}
	return nil
}

func (s *chaosStore) Get(ctx context.Context, key string) ([]byte, error) {
	if err := s.suffer(ctx); err != nil {
		return nil, err
	}
	return s.Store.Get(ctx, key)
}

// Put writes down which answers to an auth code are on the disk.
func (s *chaosStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := s.suffer(ctx); err != nil {
		return err
	}
	err := s.Store.Put(ctx, key, value, ttl)
	if err == nil && strings.Contains(key, "/exchange/") {
		s.child.write("kept", "-", path.Base(key), "-")
	}
	return err
}

func (s *chaosStore) Delete(ctx context.Context, key string) error {
	if err := s.suffer(ctx); err != nil {
		return err
	}
	return s.Store.Delete(ctx, key)
}

func (s *chaosStore) Lock(ctx context.Context, key string) (func(), error) {
	if err := s.suffer(ctx); err != nil {
		return nil, err
	}
	return s.Locker.Lock(ctx, key)
}
