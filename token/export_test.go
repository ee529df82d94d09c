package token

import (
	"strconv"
)

// LockCell holds the mutex of a cell.
func LockCell(api *Api, c Credential) (unlock func()) {
	cell := api.knownCell(c)
	cell.mu.Lock()
	return cell.mu.Unlock
}

// Fingerprint is what a Store's keys show of an auth code.
func Fingerprint(secret string) string { return fingerprint(secret) }

// BreakerPlaces is how many places a breaker remembers after n different ones.
func BreakerPlaces(n int) int {
	var b breaker
	for i := range n {
		b.onRejection(new(grant), place{"/cgi-bin/p" + strconv.Itoa(i%1000), "wp" + strconv.Itoa(i)}, rejections{n: 1}, 0)
	}
	return len(b.places)
}

// ExchangesKept counts the auth codes that an Api remembers.
func ExchangesKept(api *Api) int {
	x := &api.suite.exchanges
	x.mu.Lock()
	defer x.mu.Unlock()
	x.flights.mu.Lock()
	defer x.flights.mu.Unlock()
	return len(x.unsaved) + len(x.flights.flights)
}

// Pins counts the calls in progress that hold on to a corp of the Api's suite.
func Pins(api *Api, corpId string) int {
	r := &api.suite.corps
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.find(corpId); p != nil {
		return p.users
	}
	return 0
}
