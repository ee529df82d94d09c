package token_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// A file of blanks is a file.
// G: request/files
func TestBlankFilesArriveWhole(t *testing.T) {
	t.Parallel()
	for _, body := range []string{" ", "\n\n", "\xef\xbb\xbf", "\xef\xbb\xbf \r\n"} {
		api := answering(t, nil, body)
		var file bytes.Buffer
		require.NoError(t, api.Do(none, nil, &file), "%q", body)
		assert.Equal(t, body, file.String())
		var raw []byte
		require.NoError(t, api.Do(none, nil, &raw), "%q", body)
		assert.Equal(t, body, string(raw))
	}
}

// A token that the Store can't take is told, one that it takes is not.
// G: store/down
func TestTokenThatIsNotSavedIsTold(t *testing.T) {
	t.Parallel()
	for _, fails := range []bool{false, true} {
		var log bytes.Buffer
		store := &spyStore{Store: token.NewMemoryStore(), failPut: func(key string) error {
			if fails && strings.Contains(key, "/token/") {
				return errors.New("the disk is full")
			}
			return nil
		}}
		w := newWorld(t, func(cfg *token.Config) {
			cfg.Store, cfg.Logger = store, slog.New(slog.NewTextHandler(&log, nil))
		})
		require.NoError(t, do(w.api, providerCall))
		assert.Equal(t, fails, strings.Contains(log.String(), "saving a token"), log.String())
		assert.Equal(t, fails, strings.Contains(log.String(), "the disk is full"), log.String())
	}
}

// An installation that is of another corp, or without a permanent code, is damage: no call
// goes out with it.
// G: store/damage
func TestForeignInstallationIsDamage(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(in map[string]any){
		"another corp": func(in map[string]any) { in["corp_id"] = "wpSomebodyElse" },
		"no code":      func(in map[string]any) { in["permanent_code"] = "" },
	} {
		store := &spyStore{Store: token.NewMemoryStore()}
		w := newWorld(t, func(cfg *token.Config) { cfg.Store = store })
		var key string
		for k, err := range store.Store.(token.Lister).List(t.Context(), "") {
			require.NoError(t, err)
			if strings.Contains(k, "/installation/") {
				key = k
			}
		}
		value, err := store.Get(t.Context(), key)
		require.NoError(t, err)
		var record map[string]any
		require.NoError(t, json.Unmarshal(value, &record))
		inner, ok := record["installation"].(map[string]any)
		require.True(t, ok, name)
		require.NotEmpty(t, inner["permanent_code"], name)
		change(inner)
		value, err = json.Marshal(record)
		require.NoError(t, err)
		require.NoError(t, store.Put(t.Context(), key, value, 0))
		w.ClearLog()
		err = do(w.process(t, store).WithCorp(corpId), corpCall)
		require.Error(t, err, name)
		assert.Zero(t, w.Count(corpPath), name)
	}
}

// slowInner is a memory store whose Get never comes back before its context ends.
type slowInner struct {
	token.Store
	token.Locker
	token.Lister
	hang bool
}

func (s *slowInner) Get(ctx context.Context, key string) ([]byte, error) {
	if s.hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.Store.Get(ctx, key)
}

// Reseal ends with its context, whatever it waits for.
// G: seal/reseal
func TestResealEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, waitsFor := range []string{"a lock", "the Store"} {
		synctest.Test(t, func(t *testing.T) {
			memory := token.NewMemoryStore()
			inner := &slowInner{Store: memory, Locker: memory.(token.Locker), Lister: memory.(token.Lister)}
			before, after := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
			old, err := token.Seal(inner, before)
			require.NoError(t, err)
			require.NoError(t, old.Put(t.Context(), "k", []byte("v"), 0))
			s, err := token.Seal(inner, after, before)
			require.NoError(t, err)
			if waitsFor == "a lock" {
				unlock, err := inner.Lock(t.Context(), "k")
				require.NoError(t, err)
				defer unlock()
			}
			inner.hang = waitsFor == "the Store"
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			begin := time.Now()
			require.ErrorIs(t, token.Reseal(ctx, s), context.DeadlineExceeded, waitsFor)
			assert.Equal(t, time.Minute, time.Since(begin), waitsFor)
		})
	}
}
