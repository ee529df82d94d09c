package callback

import (
	"strings"

	"github.com/gothird/wecom/token"
)

// Prefixes of the routes of the two channels.
const (
	appRoute    = "app/"
	systemRoute = "system/"
)

// routeOf returns the route of a suite and a channel.
func routeOf(api *token.Api, channel Channel) string {
	if channel == System {
		return systemRoute + api.ProviderCorpId()
	}
	return appRoute + api.SuiteId()
}

// ownRoutes returns the routes that have a Handler here.
func (in *Inbox) ownRoutes() []string {
	in.mu.Lock()
	defer in.mu.Unlock()
	routes := make([]string, 0, len(in.routes))
	for route := range in.routes {
		routes = append(routes, route)
	}
	return routes
}

// hasAppRoute reports whether there is a Handler for an App URL. in.mu is held.
func (in *Inbox) hasAppRoute() bool {
	for route := range in.routes {
		if strings.HasPrefix(route, appRoute) {
			return true
		}
	}
	return false
}

// apiOf returns the Api of a route. For a system event it is that of the suite that the
// event names, else that of the route's Handler.
func (in *Inbox) apiOf(route string, n *Notice) *token.Api {
	in.mu.Lock()
	defer in.mu.Unlock()
	if named := in.routes[appRoute+n.SuiteId]; named != nil && strings.HasPrefix(route, systemRoute) {
		return named
	}
	if own := in.apis[route+" "+n.work.suite]; own != nil {
		return own
	}
	return in.routes[route]
}
