// Package cgi calls endpoints with the token of a customer's corp. The corp packages name
// them by their path below /cgi-bin/: "user/get", "kf/send_msg".
package cgi

import (
	"cmp"

	"github.com/gothird/wecom/token"
)

// Get is an endpoint that reads, by GET.
func Get(path string) token.Endpoint {
	return token.Endpoint{Method: "GET", Path: "/cgi-bin/" + path, Credential: token.Corp, Read: true}
}

// Read is an endpoint that reads, by POST.
func Read(path string) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/" + path, Credential: token.Corp, Read: true}
}

// Write is an endpoint that changes something, by POST: it is never repeated.
func Write(path string) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/" + path, Credential: token.Corp}
}

// WriteByGet is an endpoint that changes something although it is a GET.
func WriteByGet(path string) token.Endpoint {
	return token.Endpoint{Method: "GET", Path: "/cgi-bin/" + path, Credential: token.Corp}
}

// Call is [token.Call], unless one of the checks has an error: then that is returned, and no
// request is made.
func Call[T any](api *token.Api, ep token.Endpoint, in any, checks ...error) (*T, error) {
	if err := cmp.Or(checks...); err != nil {
		return nil, err
	}
	return token.Call[T](api, ep, in)
}

// Do is [Call] for an endpoint that answers with nothing but errcode.
func Do(api *token.Api, ep token.Endpoint, in any, checks ...error) error {
	if err := cmp.Or(checks...); err != nil {
		return err
	}
	return api.Do(ep, in, nil)
}

// AgentId is given, or where that is 0 the id of the app in the corp, unless one of the
// checks has an error. To find the id may take a request.
func AgentId(api *token.Api, given int64, checks ...error) (int64, error) {
	if err := cmp.Or(checks...); err != nil || given != 0 {
		return given, err
	}
	return api.AgentId()
}
