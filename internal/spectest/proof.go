package spectest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// proof is what the rows of one endpoint have shown so far.
type proof struct {
	sent    map[string]bool // paths of request fields, as the facts have them
	got     map[string]bool // general paths of response values that a result held
	dropped map[string]bool // response keys that a row says are not kept
}

func newProof() *proof {
	return &proof{sent: map[string]bool{}, got: map[string]bool{}, dropped: map[string]bool{}}
}

// total counts documented fields that were proven.
type total struct{ endpoints, complete, request, response, dropped int }

func (n total) String() string {
	return fmt.Sprintf("%d endpoints (%d of them fully documented), %d request fields sent, %d response fields kept and %d left out for a reason",
		n.endpoints, n.complete, n.request, n.response, n.dropped)
}

// summary counts what was proven, and names the documented fields that were not.
func summary(proofs map[string]*proof) (n total, problems []string) {
	for _, name := range slices.Sorted(maps.Keys(proofs)) {
		facts, _ := find(name)
		n.endpoints++
		if facts.Complete() {
			n.complete++
		}
		p := proofs[name]
		for _, f := range facts.Request {
			if !p.sent[f.Path] {
				problems = append(problems, fmt.Sprintf("%s: no row sends %s", name, f.Path))
				continue
			}
			n.request++
		}
		for _, f := range facts.Response {
			switch {
			case f.Path == "errcode" || f.Path == "errmsg":
			case covers(f, p.got):
				n.response++
			case covers(f, p.dropped):
				n.dropped++
			default:
				problems = append(problems, fmt.Sprintf("%s: no row shows that %s is kept", name, f.Path))
			}
		}
	}
	return n, problems
}

// covers reports whether one of the keys is the field, or lies in it.
func covers(f spec.Field, keys map[string]bool) bool {
	path := strings.TrimSuffix(f.Path, "[]")
	for key := range keys {
		if rest, ok := strings.CutPrefix(key, path); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	return false
}
