package fakewecom

import (
	"encoding/json"
	"net/url"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// call is one request that has passed all checks of form and token.
type call struct {
	ep          *spec.Endpoint
	query       url.Values
	body        obj    // numbers are json.Number; nil without a JSON body
	raw         []byte // the body as it came
	file        []byte // of a multipart body
	fileName    string
	ip          string
	contentType string
	now         time.Time

	token    *token // nil: the endpoint takes none
	provider string // provider corp of the token
	suite    *suite // of a suite token or a corp token
	install  *install
	corp     *Corp // of a corp token
}

// str is a text of the body, or of the query when the body lacks it.
func (c *call) str(key string) string {
	if text, ok := c.body[key].(string); ok {
		return text
	}
	return c.query.Get(key)
}

// int is a whole number of the body; absent is 0.
func (c *call) int(key string) int64 {
	n, _ := c.body[key].(json.Number)
	v, _ := n.Int64()
	return v
}

// strs is a list of texts of the body.
func (c *call) strs(key string) []string {
	list, _ := c.body[key].([]any)
	out := make([]string, 0, len(list))
	for _, v := range list {
		text, _ := v.(string)
		out = append(out, text)
	}
	return out
}

// decode reads the body into a struct with json tags.
func (c *call) decode(v any) error {
	if err := json.Unmarshal(c.raw, v); err != nil {
		return refuse(codeBadBody, "invalid json")
	}
	return nil
}

// suiteId is the suite of the token, if it has one.
func (c *call) suiteId() string {
	if c.suite == nil {
		return ""
	}
	return c.suite.Id
}
