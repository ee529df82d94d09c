package token

// LockCell holds the mutex of a cell.
func LockCell(api *Api, c Credential) (unlock func()) {
	cell := api.present(c)
	cell.mu.Lock()
	return cell.mu.Unlock
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
