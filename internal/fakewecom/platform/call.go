package platform

import (
	"encoding/json"
	"net/url"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// Call is one request that has passed all checks of form and token.
type Call struct {
	ep          *spec.Endpoint
	query       url.Values
	body        Obj    // numbers are json.Number; nil without a JSON body
	raw         []byte // the body as it came
	file        []byte // of a multipart body
	fileName    string
	ip          string
	contentType string
	ranged      string // the header Range
	base        string // see Base
	now         time.Time
	problem     string // why its form is refused
	sample      bool   // the documented sample is the answer

	token    *token // nil: the endpoint takes none
	provider string // provider corp of the token
	suite    *suite // of a suite token or a corp token
	install  *Install
	corp     *Corp // of a corp token
}

// Endpoint holds the facts about what is called.
func (c *Call) Endpoint() *spec.Endpoint { return c.ep }

// Now is the time of the request.
func (c *Call) Now() time.Time { return c.now }

// Provider is the corp id of the provider of the token; "": the endpoint takes no token.
func (c *Call) Provider() string { return c.provider }

// Suite is that of a suite token or a corp token; else nil.
func (c *Call) Suite() *Suite {
	if c.suite == nil {
		return nil
	}
	return &c.suite.Suite
}

// Corp is that of a corp token; else nil.
func (c *Call) Corp() *Corp { return c.corp }

// Install is the authorisation that a corp token stands for; nil: there is none, or the
// token is that of an address book being filled.
func (c *Call) Install() *Install { return c.install }

// Body is the request's JSON: numbers are json.Number; nil without a JSON body.
func (c *Call) Body() Obj { return c.body }

// File is what a multipart body uploads.
func (c *Call) File() (name string, data []byte) { return c.fileName, c.file }

// Str is a text of the body, or of the query when the body lacks it.
func (c *Call) Str(key string) string {
	if text, ok := c.body[key].(string); ok {
		return text
	}
	return c.query.Get(key)
}

// Int is a whole number of the body; absent is 0.
func (c *Call) Int(key string) int64 {
	n, _ := c.body[key].(json.Number)
	v, _ := n.Int64()
	return v
}

// Strs is a list of texts of the body.
func (c *Call) Strs(key string) []string {
	list, _ := c.body[key].([]any)
	out := make([]string, 0, len(list))
	for _, v := range list {
		text, _ := v.(string)
		out = append(out, text)
	}
	return out
}

// Decode reads the body into a struct with json tags; without a body v stays as it is.
func (c *Call) Decode(v any) error {
	if len(c.raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.raw, v); err != nil {
		return Refuse(codeBadBody, "invalid json")
	}
	return nil
}

// SuiteId is the suite of the token, if it has one.
func (c *Call) SuiteId() string {
	if c.suite == nil {
		return ""
	}
	return c.suite.Id
}
