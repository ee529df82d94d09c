// Package chaos has tests that do to processes, servers and networks what happens to them in life, and
// count what becomes of tokens and notices: on Redis, MariaDB, PostgreSQL and SQLite.
//
//	go test -v ./chaos            # each row in seconds
//	go test -v ./chaos -soak      # with 100,000 pushes, and servers that are away for longer
package chaos
