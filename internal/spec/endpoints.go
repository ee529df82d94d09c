// Package spec holds the facts about WeCom's endpoints and events as data. The fake and the
// tests read them; programs of users never do.
package spec

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

//go:embed endpoints.json
var endpointsJSON []byte

// Credential kinds of an endpoint.
const (
	CredentialNone     = "none"
	CredentialProvider = "provider"
	CredentialSuite    = "suite"
	CredentialCorp     = "corp"
)

// Whose corp token an endpoint takes, where not that of every app that a corp has installed.
const (
	AppCustomised  = "customised"   // 代开发应用
	AppSelfBuilt   = "self-built"   // 自建应用: not the provider's own
	AppContactSync = "contact sync" // the token that a registration brings
	AppLowerCorp   = "lower corp"   // that of GetCorpGroupToken
)

// Where a request field travels.
const (
	InBody  = ""
	InQuery = "query"
	InFile  = "file" // the one part of a multipart body
)

// Endpoint holds the facts of one WeCom endpoint.
//
// Name and Path are unique within one File; the balance query is listed by
// service and by license.
type Endpoint struct {
	Name       string   `json:"name"`
	Go         string   `json:"go"`    // the documented Go name, if any
	File       string   `json:"file"`  // service, license, order or advanced
	Group      string   `json:"group"` // WeCom's menu
	Title      string   `json:"title"` // Chinese title, where known
	Doc        []string `json:"doc"`
	Method     string   `json:"method"`
	Path       string   `json:"path"`
	Credential string   `json:"credential"`
	QueryKey   string   `json:"query_key"` // carries the token; "" if there is none
	App        string   `json:"app"`       // whose corp token: one of App…, "" for any
	Detail     string   `json:"detail"`    // complete, or partial: WeCom has no page of it any more
	Request    []Field  `json:"request"`
	Response   []Field  `json:"response"`
	Errors     []int    `json:"errors"` // codes that the page names

	SampleRequests  []json.RawMessage `json:"sample_requests"` // bodies only, the official one first
	SampleResponses []json.RawMessage `json:"sample_responses"`
}

// Field is one field of a request or a response.
type Field struct {
	Path     string `json:"path"`     // such as active_list[].userid
	Type     string `json:"type"`     // string, int, bool, object, array or file
	Items    string `json:"items"`    // type of an array's elements
	Required bool   `json:"required"` // in requests; below an optional object: if that is there
	Always   bool   `json:"always"`   // in responses
	In       string `json:"in"`
}

// Complete reports whether WeCom documents all fields of the endpoint.
func (e Endpoint) Complete() bool { return e.Detail == "complete" }

var endpoints = sync.OnceValue(func() []Endpoint {
	var list []Endpoint
	if err := json.Unmarshal(endpointsJSON, &list); err != nil {
		panic("spec: endpoints.json: " + err.Error()) // part of the binary, held by a test
	}
	return list
})

// Endpoints returns the facts of every endpoint. Its fields are shared: don't
// change them.
func Endpoints() []Endpoint { return slices.Clone(endpoints()) }
