package spec

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

//go:embed errors.json
var errorsJSON []byte

// Classes of error codes that call for something else than a mended request.
const (
	ClassToken = "token" // the token is no longer good
	ClassRate  = "rate"  // called too often, or too much at once
	ClassBusy  = "busy"  // another call is changing the same thing
	ClassLater = "later" // not ready, or out of order for the moment
	ClassLost  = "lost"  // the corp's authorisation is over
)

// ErrorCode is one errcode that WeCom answers with.
type ErrorCode struct {
	Code    int      `json:"code"`
	Meaning string   `json:"meaning"`
	Class   string   `json:"class"`  // one of Class…, or ""
	Tokens  []string `json:"tokens"` // ClassToken: of which credentials
	Group   string   `json:"group"`  // such as license and order, or ""
}

var errorCodes = sync.OnceValue(func() []ErrorCode {
	var list []ErrorCode
	if err := json.Unmarshal(errorsJSON, &list); err != nil {
		panic("spec: errors.json: " + err.Error()) // part of the binary, held by a test
	}
	return list
})

// ErrorCodes returns every known errcode, in order. Its fields are shared: don't change them.
func ErrorCodes() []ErrorCode { return slices.Clone(errorCodes()) }
