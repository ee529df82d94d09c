// Package wecomredis keeps what a service provider's program must not lose in Redis, for any
// number of processes on any number of machines: a [Store] for tokens, tickets and
// installations, and a [Queue] for notices.
//
//	client := redis.NewClient(&redis.Options{Addr: "redis:6379", ContextTimeoutEnabled: true})
//	store, err := wecomredis.NewStore(client, wecomredis.Options{})
//	…
//	queue, err := wecomredis.NewQueue(client, wecomredis.Options{})
//	…
//	api, err := token.New(token.Config{…, Store: store})
//	in, err := callback.NewInbox(callback.Config{Queue: queue})
//
// The example below is a whole program. The client is yours: it may be used for other things,
// and you close it after the queue. Clients of one server, of Sentinel (NewFailoverClient) and
// of a cluster (NewClusterClient) are taken. ContextTimeoutEnabled lets the client end a
// request with its context; without it, some requests go on for a few seconds after their
// caller has left.
//
// Values and notices hold secrets. Encrypt them with [token.Seal] and [callback.SealQueue] if
// others can read the server or its backups:
//
//	sealed, err := token.Seal(store, key)
//	…
//	sealedQueue, err := callback.SealQueue(queue, key)
//
// # Settings of the server
//
// Redis 6.2 or newer.
//
//	maxmemory-policy noeviction
//	appendonly yes
//	appendfsync always
//
// With an eviction policy that begins with allkeys, Redis deletes installations and notices
// when its memory is full. The queue refuses to work on such a server; the store does not look.
// With noeviction a full memory is an error of what is written, [callback.ErrQueueFull] for a
// notice, while what is there can be worked.
//
// A notice is as durable as the server makes it. With appendfsync always, what was
// acknowledged survives a crash of the server and a power failure. With everysec, which is the
// default of Redis and several times faster, both can lose the last second or two, in which an
// auth code may have been. Without appendonly, a restart loses all since the last snapshot.
// Replicas get changes after they were acknowledged: a failover can lose the last of them.
//
// Where there are access rights, the program needs all commands on keys with its prefix, none of the
// category dangerous, and, for hints, the channel prefix{queue}wake:
//
//	ACL SETUSER app on >… ~wecom:* &wecom:{queue}wake +@all -@dangerous
//
// Without that channel it works, but a notice may wait for a second until a process looks. Without
// INFO, which is dangerous to Redis, nobody sees a wrong maxmemory-policy, nor that the server was
// restarted while keys were listed.
//
// # How it works
//
// All changes of a queue are Lua scripts: each happens as a whole or not at all. All times
// are the server's: clocks of programs may differ. The keys of a queue are in one slot, so
// that a cluster gives it the power of one node: thousands of notices a second. The store's
// keys are in all slots.
//
// The client repeats requests, for instance while a cluster or a Sentinel replaces a node. A
// repeated request, whose first answer was lost on the way, does nothing twice.
//
// A lock of the store lives for ten seconds, and is renewed while its holder works. A process
// that was paused for longer has lost it, and gets [ErrLockLost] when it writes. Locks are
// lost in a failover if the replica did not have them yet; package token then asks WeCom
// for a token twice, which does no harm.
package wecomredis
