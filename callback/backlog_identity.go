package callback

import (
	"crypto/sha256"
	"time"
)

// digest is the hash of an Identity or a Same, to save memory.
type digest [16]byte

func digestOf(s string) digest {
	sum := sha256.Sum256([]byte(s))
	return digest(sum[:len(digest{})])
}

// identities holds the identities put within [identityLife], and those of items still in the
// queue.
type identities struct {
	known map[digest]identity
	order fifo[digest] // identities that expire, the first first
	most  int          // length of order
}

type identity struct {
	ends uint32 // in seconds of the backlog's time
	kept bool
}

// has reports whether the identity is known.
func (i *identities) has(d digest, now int64) bool {
	v, ok := i.known[d]
	return ok && (v.kept || !v.ended(now))
}

func (v identity) ended(now int64) bool { return now >= int64(v.ends)*int64(time.Second) }

// add notes an identity that was put at a time of the backlog.
func (i *identities) add(d digest, put, now int64, kept bool) {
	i.purge(now)
	ends := max(0, put+int64(identityLife))
	v := identity{ends: uint32((ends + int64(time.Second) - 1) / int64(time.Second)), kept: kept}
	if !kept && v.ended(now) {
		return
	}
	i.known[d] = v
	i.order.push(d)
}

// release marks the item of an identity as finished.
func (i *identities) release(d digest, now int64) {
	v, ok := i.known[d]
	if !ok {
		return
	}
	if v.kept = false; v.ended(now) {
		delete(i.known, d)
		return
	}
	i.known[d] = v
}

// purge removes expired identities, and the oldest if there are too many.
func (i *identities) purge(now int64) {
	for i.order.len() > 0 {
		d := i.order.first()
		v, ok := i.known[d]
		switch full := i.order.len() >= i.most; {
		case !ok:
		case !full && !v.ended(now):
			return
		case v.kept: // release deletes it
			v.ends = 0
			i.known[d] = v
		default:
			delete(i.known, d)
		}
		i.order.pop()
	}
}
