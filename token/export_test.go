package token

// LockCell holds the mutex of a cell.
func LockCell(api *Api, c Credential) (unlock func()) {
	cell := api.present(c)
	cell.mu.Lock()
	return cell.mu.Unlock
}

// Fingerprint is what a Store's keys show of an auth code.
func Fingerprint(secret string) string { return fingerprint(secret) }
