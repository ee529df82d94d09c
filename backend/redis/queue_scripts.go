package wecomredis

import (
	_ "embed" // scripts

	"github.com/redis/go-redis/v9"
)

// queueKeys are the keys of a queue, in the order of the scripts' KEYS.
var queueKeys = [...]string{
	"items", "payloads", "states", "waiting", "ready", "lanes", "closed", "owners", "leases",
	"held", "later", "dead", "alive", "same", "kept", "finished", "counts", "numbers",
}

var (
	//go:embed lua/shared.lua
	sharedText string
	//go:embed lua/put.lua
	putText string
	//go:embed lua/lease.lua
	leaseText string
	//go:embed lua/claim.lua
	claimText string
	//go:embed lua/settle.lua
	settleText string
	//go:embed lua/unbury.lua
	unburyText string
	//go:embed lua/dead.lua
	deadText string
	//go:embed lua/stats.lua
	statsText string
	//go:embed lua/next.lua
	nextText string
)

// scripts are those of a queue. The client sends a text only to a server that does not know
// it yet.
type scripts struct {
	put, lease, claim, settle, unbury, dead, stats, next *redis.Script
}

func newScripts(shared string) scripts {
	script := func(text string) *redis.Script { return redis.NewScript(shared + text) }
	return scripts{
		put: script(putText), lease: script(leaseText), claim: script(claimText), settle: script(settleText),
		unbury: script(unburyText), dead: script(deadText), stats: script(statsText), next: script(nextText),
	}
}
