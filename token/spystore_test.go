package token_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/token"
)

// spyStore notes keys and fails on demand.
type spyStore struct {
	token.Store
	failGet, failPut func(key string) error
	mu               sync.Mutex
	keys             []string
	gets             int
}

func (s *spyStore) Get(ctx context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	s.gets++
	s.keys = append(s.keys, key)
	s.mu.Unlock()
	if s.failGet != nil {
		if err := s.failGet(key); err != nil {
			return nil, fmt.Errorf("spy: %w", err)
		}
	}
	return s.Store.Get(ctx, key)
}

func (s *spyStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if s.failPut != nil {
		if err := s.failPut(key); err != nil {
			return fmt.Errorf("spy: %w", err)
		}
	}
	return s.Store.Put(ctx, key, value, ttl)
}

func (s *spyStore) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.keys...)
}

// Lock is that of the store behind.
func (s *spyStore) Lock(ctx context.Context, key string) (unlock func(), err error) {
	return s.Store.(token.Locker).Lock(ctx, key)
}

// failExchanges makes a spyStore refuse to read what was answered to auth codes.
func failExchanges(key string) error {
	if strings.Contains(key, "/exchange/") {
		return errDown
	}
	return nil
}

// failInstallations makes a spyStore refuse to save installations.
func failInstallations(key string) error {
	if strings.Contains(key, "/installation/") {
		return errors.New("the disk is full")
	}
	return nil
}
