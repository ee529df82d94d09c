package token

// LockCell holds the mutex of a cell.
func LockCell(api *Api, c Credential) (unlock func()) {
	cell, err := api.cell(c)
	if err != nil {
		panic(err)
	}
	cell.mu.Lock()
	return cell.mu.Unlock
}
