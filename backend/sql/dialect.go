package wecomsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Dialect is the language of a database.
type Dialect int

// Dialects.
const (
	MySQL      Dialect = iota + 1 // MySQL 8.0, MariaDB 10.6, or newer
	PostgreSQL                    // PostgreSQL 12 or newer
	SQLite                        // SQLite 3.42 or newer
)

// dialect is what differs between databases. Statements are written with words in braces:
//
//	{item}, {lane} …  the names of tables; {p} is their prefix
//	{now}             microseconds since 1970, by the clock of the server at this moment
//	{turn}            a number that is greater than those of all lanes that wait for a turn
//	{update}, {skip}  lock the rows that are selected, leave out those that others have locked
//	{by id}           after a table: its rows are found by the primary key, so that no other row is
//	                  locked on the way; {by turn}: by their turns
//	{or keep}, {or replace} …  after an INSERT: what to do about a row that is there already
//	{id}, {name}, {digest}, {bytes}  types of columns
type dialect struct {
	name    string
	words   map[string]string
	numbers bool // parameters are $1, $2, …, else ?
	single  bool // there is one writer at a time, which must begin its transaction by writing
	schema  [][]string
	find    string // returns a row if there are tables
	guard   string // keeps other migrations out
	unguard string
	check   func(ctx context.Context, db *sql.DB) error
}

func dialectOf(d Dialect) (dialect, bool) {
	switch d {
	case MySQL:
		return mysqlDialect(), true
	case PostgreSQL:
		return postgresDialect(), true
	case SQLite:
		return sqliteDialect(), true
	}
	return dialect{}, false
}

// replacer replaces the words.
func (dl dialect) replacer(prefix string) *strings.Replacer {
	pairs := []string{"{p}", prefix}
	for _, table := range []string{"schema", "store", "lock", "item", "lane", "owner"} {
		pairs = append(pairs, "{"+table+"}", prefix+table)
	}
	inner := strings.NewReplacer(pairs...)
	for word, text := range dl.words {
		pairs = append(pairs, "{"+word+"}", inner.Replace(text))
	}
	return strings.NewReplacer(pairs...)
}

// standardWords are the words of PostgreSQL that SQLite has too.
func standardWords() map[string]string {
	return map[string]string{
		"by id": "", "by turn": "",
		"delete from lane": "DELETE FROM {lane}", "delete from item": "DELETE FROM {item}",
		"or keep":    "ON CONFLICT DO NOTHING",
		"or replace": "ON CONFLICT (id) DO UPDATE SET v=excluded.v, expires=excluded.expires",
		"or newest":  "ON CONFLICT (same_key) DO UPDATE SET payload=excluded.payload, state=excluded.state",
		"or join":    "ON CONFLICT (owner) DO UPDATE SET ends=excluded.ends, lease=excluded.lease",
		"or offer": `ON CONFLICT (class, lane) DO UPDATE SET turn=excluded.turn
			WHERE {lane}.turn IS NULL AND {lane}.hold IS NULL AND {lane}.opens IS NULL`,
	}
}

func postgresDialect() dialect {
	words := standardWords()
	words["now"] = "(extract(epoch from clock_timestamp())*1000000)::bigint"
	words["turn"] = words["now"]
	words["update"], words["skip"] = "FOR UPDATE", "SKIP LOCKED"
	words["id"], words["name"], words["digest"], words["bytes"] = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA", "BYTEA", "BYTEA"
	return dialect{
		name: "PostgreSQL", words: words, numbers: true,
		schema:  [][]string{apart()},
		find:    "SELECT 1 FROM pg_tables WHERE schemaname=current_schema() AND tablename='{schema}'",
		guard:   "SELECT pg_advisory_lock(hashtext('{schema}'))",
		unguard: "SELECT pg_advisory_unlock(hashtext('{schema}'))",
		check:   checkPostgres,
	}
}

func checkPostgres(ctx context.Context, db *sql.DB) error {
	var version int
	if err := db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return fmt.Errorf("wecomsql: ask PostgreSQL for its version: %w", err)
	}
	return checkVersion("PostgreSQL", version/10000, 0, 12, 0)
}

func checkVersion(product string, major, minor, needMajor, needMinor int) error {
	if major > needMajor || major == needMajor && minor >= needMinor {
		return nil
	}
	return fmt.Errorf("wecomsql: %s %d.%d is too old: %d.%d or newer is needed", product, major, minor, needMajor, needMinor)
}

func mysqlDialect() dialect {
	guard := "SHA2(CONCAT(DATABASE(), '.{schema}'), 256)" // the name of a lock has 64 characters at most, as that of a database
	now := "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))"
	return dialect{
		name: "MySQL",
		words: map[string]string{
			"now": now, "turn": now, "update": "FOR UPDATE", "skip": "SKIP LOCKED",
			"by id": "FORCE INDEX (PRIMARY)", "by turn": "FORCE INDEX ({p}turn)",
			"delete from lane": "DELETE {lane} FROM {lane} FORCE INDEX (PRIMARY)",
			"delete from item": "DELETE {item} FROM {item} FORCE INDEX (PRIMARY)",
			"or keep":          "ON DUPLICATE KEY UPDATE id=id", // IGNORE would cut off what is too long
			"or replace":       "ON DUPLICATE KEY UPDATE v=VALUES(v), expires=VALUES(expires)",
			"or newest":        "ON DUPLICATE KEY UPDATE payload=VALUES(payload), state=VALUES(state)",
			"or join":          "ON DUPLICATE KEY UPDATE ends=VALUES(ends), lease=VALUES(lease)",
			"or offer":         "ON DUPLICATE KEY UPDATE turn=IF(turn IS NULL AND hold IS NULL AND opens IS NULL, VALUES(turn), turn)",
			"id":               "BIGINT AUTO_INCREMENT PRIMARY KEY", "name": "VARBINARY(512)", "digest": "VARBINARY(64)", "bytes": "LONGBLOB",
		},
		schema:  [][]string{together()},
		find:    "SELECT 1 FROM information_schema.tables WHERE table_schema=DATABASE() AND table_name='{schema}'",
		guard:   "SELECT GET_LOCK(" + guard + ", 60)",
		unguard: "SELECT RELEASE_LOCK(" + guard + ")",
		check:   checkMySQL,
	}
}

func checkMySQL(ctx context.Context, db *sql.DB) error {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return fmt.Errorf("wecomsql: ask MySQL for its version: %w", err)
	}
	return checkMySQLVersion(version)
}

// checkMySQLVersion asks for SKIP LOCKED.
func checkMySQLVersion(version string) error {
	var major, minor int
	if n, _ := fmt.Sscanf(version, "%d.%d", &major, &minor); n < 2 {
		return fmt.Errorf("wecomsql: the database is not MySQL but %.40q: see Config.Dialect", version)
	}
	if strings.Contains(version, "MariaDB") {
		return checkVersion("MariaDB", major, minor, 10, 6)
	}
	return checkVersion("MySQL", major, minor, 8, 0)
}

func sqliteDialect() dialect {
	words := standardWords()
	words["now"] = "CAST(unixepoch('subsec')*1000000 AS INTEGER)"
	words["turn"] = "(SELECT coalesce(max(turn), 0)+1 FROM {lane})" // a lane may come back within one millisecond of the clock
	words["update"], words["skip"] = "", ""
	words["id"], words["name"], words["digest"], words["bytes"] = "INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB", "BLOB", "BLOB"
	return dialect{
		name: "SQLite", words: words, single: true,
		schema: [][]string{append(apart(), "CREATE INDEX IF NOT EXISTS {p}last_turn ON {lane} (turn)")},
		find:   "SELECT 1 FROM sqlite_schema WHERE type='table' AND name='{schema}'",
		check:  checkSQLite,
	}
}

func checkSQLite(ctx context.Context, db *sql.DB) error {
	var version, journal string
	var major, minor, synchronous, busy int
	if err := errors.Join(
		db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version),
		db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal),
		db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous),
		db.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&busy)); err != nil {
		return fmt.Errorf("wecomsql: ask SQLite for its version and settings: %w", err)
	}
	fmt.Sscanf(version, "%d.%d", &major, &minor)
	if err := checkVersion("SQLite", major, minor, 3, 42); err != nil {
		return err
	}
	if db.Stats().MaxOpenConnections != 1 {
		return errors.New("wecomsql: SQLite has one writer: call SetMaxOpenConns(1) on its *sql.DB")
	}
	if !strings.EqualFold(journal, "wal") || synchronous < 2 || busy < 1000 {
		return fmt.Errorf("wecomsql: SQLite has journal_mode %s, synchronous %d and busy_timeout %d: WAL, FULL (2) and 5000 are needed, which the data source name sets: see the package documentation", journal, synchronous, busy)
	}
	return nil
}
