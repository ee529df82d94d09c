package wecomsql

import (
	"context"
	"iter"
	"strings"
)

const pageSize = 500

// List implements [token.Lister]: it reads pages of keys in the order of their ids.
func (s *store) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		first := prefix[:min(len(prefix), longestKey)] // the ids of all keys with the prefix begin so
		for last, started := "", false; ; started = true {
			page, err := s.page(ctx, first, last, started)
			if err != nil {
				yield("", err)
				return
			}
			for _, k := range page {
				if strings.HasPrefix(k.key, prefix) && !yield(k.key, nil) {
					return
				}
				if err := ctx.Err(); err != nil {
					yield("", err)
					return
				}
			}
			if len(page) < pageSize {
				return
			}
			last = page[len(page)-1].id
		}
	}
}

// listed is a key and its id.
type listed struct{ id, key string }

// page reads the keys whose ids begin with first, after the last one of the page before.
func (s *store) page(ctx context.Context, first, last string, started bool) ([]listed, error) {
	ctx, cancel, err := s.begin(ctx)
	defer cancel()
	if err != nil {
		return nil, err
	}
	where, args := "id>=?", []any{first}
	if started {
		where, args = "id>?", []any{last}
	}
	if end := after(first); end != "" {
		where, args = where+" AND id<?", append(args, end)
	}
	page, err := query(ctx, s.DB, s.db, func(row scanner) (listed, error) {
		var id, key []byte
		err := row.Scan(&id, &key)
		return listed{string(id), string(key)}, err
	}, "SELECT id, k FROM {store} WHERE "+where+" AND (expires IS NULL OR expires>{now}) ORDER BY id LIMIT ?", append(args, pageSize)...)
	if err != nil {
		return nil, explain("list", err)
	}
	return page, nil
}

// after returns the least text that is greater than all that begin with prefix, "" if there is
// none.
func after(prefix string) string {
	b := []byte(prefix)
	for len(b) > 0 {
		if b[len(b)-1]++; b[len(b)-1] != 0 {
			return string(b)
		}
		b = b[:len(b)-1]
	}
	return ""
}
