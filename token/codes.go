package token

// meaning says in a few words what an errcode of the licence family means; "" for others.
func meaning(code int) string {
	switch code {
	}
	return ""
}
