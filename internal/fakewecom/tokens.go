package fakewecom

import "time"

// Lives of tokens and codes.
const (
	tokenLife      = 7200 * time.Second
	ticketLife     = 30 * time.Minute
	preAuthLife    = 1200 * time.Second
	authCodeLife   = 10 * time.Minute
	loginCodeLife  = 5 * time.Minute
	userTicketLife = 7200 * time.Second
)

// token is one access token.
type token struct {
	value   string
	kind    string // CredentialProvider, CredentialSuite or CredentialCorp
	owner   string // key of what it was issued for
	install *install
	suite   *suite
	prov    string
	expires time.Time
	dead    int // errcode, when it was killed early
}

// code is anything that is handed out once and lives for a while.
type code struct{}

func tokenHandlers() map[string]handler { return nil }
