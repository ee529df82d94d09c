// Package wecomsql keeps what processes of a provider share in a database: a token.Store, with
// locks and lists, and a callback.Queue, in MySQL, MariaDB, PostgreSQL or SQLite, by database/sql.
//
//	db, err := sql.Open("pgx", "postgres://wecom:…@db.internal/wecom")
//	…
//	shared, err := wecomsql.New(db, wecomsql.Config{Dialect: wecomsql.PostgreSQL, Notified: notified})
//	…
//	err = shared.Migrate(ctx) // when a release is rolled out, or at the start of each process
//	…
//	cfg.Store = shared.Store()                          // of a token.Config
//	queue := shared.Queue()                             // for callback.NewInbox
//	defer queue.Close()
//
// Values, payloads and states hold secrets. Whoever can read the database can read them, unless
// they are encrypted by [token.Seal] and [callback.SealQueue], which this package recommends.
//
// All times are those of the server: processes whose clocks differ agree on what has expired, who
// holds a lock, and what is due. Each statement that the database refuses because of another
// transaction is repeated, a bounded number of times. When the server is away, errors come within
// the context, or within ten seconds, and work goes on when it is back.
//
// # PostgreSQL
//
// Version 12 or newer, with any driver; this package is tested with pgx. With Notified a process
// learns at once that another has put something. For pgx, and its package stdlib, it is
//
//	func notified(ctx context.Context, driverConn any) error {
//		_, err := driverConn.(*stdlib.Conn).Conn().WaitForNotification(ctx)
//		return err
//	}
//
// It keeps one connection of db for itself while an Inbox runs, so db must have two or more.
//
// Leave synchronous_commit on, or a crash loses what was answered `success`. Set
// idle_in_transaction_session_timeout to some seconds for the user: a process that is paused in
// the middle of a transaction holds up its lanes until then. A pooler between (PgBouncer) must
// pool by session for Migrate and Notified; the rest works with transaction pooling too, if the
// driver prepares no statements.
//
// # MySQL and MariaDB
//
// MySQL 8.0 or MariaDB 10.6, or newer, with InnoDB. All transactions are READ COMMITTED, which
// needs binlog_format ROW or MIXED. Leave innodb_flush_log_at_trx_commit and sync_binlog at 1, or
// a crash loses what was answered `success`. With go-sql-driver,
//
//	wecom:…@tcp(db.internal:3306)/wecom?interpolateParams=true&timeout=5s
//
// saves a round trip for each statement. The server closes the connection when a statement is larger
// than its max_allowed_packet, which is 16 MB in MariaDB; bytes that are escaped count twice. Items are numbered by one counter: clusters that write
// on several nodes (Galera, group replication with several primaries) would lose their order.
//
// # SQLite
//
// For processes on one machine, version 3.42 or newer. There is one writer at a time: call
// SetMaxOpenConns(1) on db. The data source name must set WAL, FULL and a busy timeout, for
// modernc.org/sqlite by
//
//	file:wecom.db?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)
//
// The file must be on a local disk. Without servers, [token.NewDirStore] and
// [callback.NewDirQueue] need no database and are faster.
//
// # Tables
//
// The names of the tables begin with Config.Prefix. Migrate makes them, and changes them when a
// newer version of this module needs that; programs of an older version refuse tables of a newer
// one. Its user needs the right to create tables, others the rights to select, insert, update and
// delete; with these they may call Migrate too, if the tables are up to date (but for SQLite, which has
// no users).
package wecomsql
