// Package agent reads and sets what the app of this program is in a customer's corp (应用管理):
// its name and visible range, and what it shows on the workbench.
//
// The corp is the one that the [token.Api] is bound to with [token.Api.WithCorp]; the app is
// the one that the corp has installed.
package agent

import (
	"cmp"

	"github.com/gothird/wecom/token"
)

func get(name string) token.Endpoint {
	return token.Endpoint{Method: "GET", Path: "/cgi-bin/agent/" + name, Credential: token.Corp, Read: true}
}

func read(name string) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/agent/" + name, Credential: token.Corp, Read: true}
}

func write(name string) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/agent/" + name, Credential: token.Corp}
}

// agentOf returns the app's id in the corp, or the first reason not to make the call.
func agentOf(api *token.Api, checks ...error) (int64, error) {
	if err := cmp.Or(checks...); err != nil {
		return 0, err
	}
	return api.AgentId()
}
