// Package spec holds the facts about WeCom's endpoints and events as data. The fake and the
// tests read them; programs of users never do.
package spec

import (
	"embed"
	"encoding/json"
	"io/fs"
	"slices"
	"sync"
)

//go:embed endpoints.json corp/*.json
var endpointFiles embed.FS

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

// Who may call an endpoint of a customer's corp.
const (
	MayCall    = "yes"
	MayNotCall = "no"
	SomeMay    = "some"       // only apps of a certain kind, or with a right of their own
	Unverified = "unverified" // no page says so
)

// AnswerFile is the Answer of an endpoint whose success is a file.
const AnswerFile = "file"

// Endpoint holds the facts of one WeCom endpoint.
//
// Name and Path are unique within one File; the balance query is listed by
// service and by license.
type Endpoint struct {
	Name       string   `json:"name"`
	Go         string   `json:"go"`    // the documented Go name, if any
	File       string   `json:"file"`  // service, license, order or advanced; corp/contact …, after the package
	Group      string   `json:"group"` // WeCom's menu
	Title      string   `json:"title"` // Chinese title, where known
	Doc        []string `json:"doc"`
	Method     string   `json:"method"`
	Path       string   `json:"path"`
	Credential string   `json:"credential"`
	QueryKey   string   `json:"query_key"` // carries the token; "" if there is none
	App        string   `json:"app"`       // whose corp token: one of App…, "" for any
	Detail     string   `json:"detail"`    // complete, or partial: WeCom has no page of it any more
	Answer     string   `json:"answer"`    // AnswerFile, or "": JSON
	Request    []Field  `json:"request"`
	Response   []Field  `json:"response"`
	Errors     []int    `json:"errors"` // codes that the page names

	SampleRequests  []json.RawMessage `json:"sample_requests"` // bodies only, the official one first
	SampleResponses []json.RawMessage `json:"sample_responses"`

	// Of endpoints in a customer's corp only.
	Read       bool      `json:"read"` // changes nothing: safe to repeat
	ThirdParty string    `json:"third_party"`
	Customised string    `json:"customised"`
	Paging     *Paging   `json:"paging"`
	Variants   []Variant `json:"variants"`
	// CardParts says for each card_type which parts a template card needs. One of each list
	// must be there; !part stands for the absence of a part.
	CardParts map[string][][]string `json:"card_parts"`
}

// Paging says how an endpoint is walked: the names of its fields.
type Paging struct {
	Cursor  string `json:"cursor"`
	Next    string `json:"next"` // "": cursor is an offset that the caller counts
	Items   string `json:"items"`
	Limit   string `json:"limit"` // "": the size of a page is fixed
	Default int    `json:"default"`
	Max     int    `json:"max"`
	// More says how the last page is known: "" by an empty next cursor; has_more, is_last and
	// total are response fields; "full page": a page shorter than asked for is the last.
	More string `json:"more"`
}

// Variant is a kind of request that not all may make who may call the endpoint.
type Variant struct {
	MsgType    string   `json:"msgtype"`
	Title      string   `json:"title"`
	Doc        []string `json:"doc"`
	ThirdParty string   `json:"third_party"`
	Customised string   `json:"customised"`
}

// Field is one field of a request or a response.
type Field struct {
	Path     string `json:"path"`     // such as active_list[].userid
	Type     string `json:"type"`     // string, int, float, bool, object, array or file
	Items    string `json:"items"`    // type of an array's elements
	Required bool   `json:"required"` // in requests; below an optional object: if that is there
	Always   bool   `json:"always"`   // in responses
	In       string `json:"in"`

	// Of endpoints in a customer's corp only.
	Most       int    `json:"most"` // what WeCom refuses more of; 0: not known
	Unit       string `json:"unit"` // of Most: bytes, characters, items or value
	Unverified bool   `json:"unverified"`
}

// Complete reports whether WeCom documents all fields of the endpoint.
func (e Endpoint) Complete() bool { return e.Detail == "complete" }

var endpoints = sync.OnceValue(func() []Endpoint {
	names, err := fs.Glob(endpointFiles, "corp/*.json")
	if err != nil {
		panic("spec: " + err.Error()) // the pattern is a constant
	}
	var all []Endpoint
	for _, name := range append([]string{"endpoints.json"}, names...) {
		data, err := endpointFiles.ReadFile(name)
		var list []Endpoint
		if err == nil {
			err = json.Unmarshal(data, &list)
		}
		if err != nil {
			panic("spec: " + name + ": " + err.Error()) // part of the binary, held by a test
		}
		all = append(all, list...)
	}
	return all
})

// Endpoints returns the facts of every endpoint. Its fields are shared: don't
// change them.
func Endpoints() []Endpoint { return slices.Clone(endpoints()) }
