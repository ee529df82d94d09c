package wecomsql_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// A program keeps its tokens, and the notices that it has not processed yet, in a database, both
// encrypted. The data source name and the driver are all that differs from one database to
// another.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "wecom")
	check(err)
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "wecom.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	check(err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	shared, err := wecomsql.New(db, wecomsql.Config{Dialect: wecomsql.SQLite})
	check(err)
	check(shared.Migrate(ctx))

	key := make([]byte, 32) // a program reads 32 random bytes from where it keeps its secrets
	store, err := token.Seal(shared.Store(), key)
	check(err)
	queue, err := callback.SealQueue(shared.Queue(), key)
	check(err)
	defer queue.Close()

	// From here on as with any Store and Queue: Store: store in token.Config, and
	// callback.NewInbox with the queue. This is what they do:
	check(store.Put(ctx, "a key", []byte("a token"), 0))
	check(queue.Put(ctx, []callback.Item{{Route: "a suite", Lane: "a corp", Payload: []byte("a notice")}}))
	value, err := store.Get(ctx, "a key")
	check(err)
	stats, err := queue.Stats(ctx)
	check(err)
	fmt.Printf("%s, %d notice waits\n", value, stats["a suite"].Waiting)
	// Output: a token, 1 notice waits
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
