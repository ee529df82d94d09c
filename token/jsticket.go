package token

import (
	"net/http"
	"net/url"

	"github.com/gothird/wecom/access"
)

// CachedTicket returns what an endpoint of the bound corp returns as "ticket" and "expires_in",
// such as the jsapi_ticket (获取企业的jsapi_ticket). It is cached, shared and renewed as tokens
// are. service.JsConfig and JsAgentConfig use it.
func (a *Api) CachedTicket(path string, query url.Values) (access.Value, error) {
	if err := a.missing(Corp); err != nil {
		return access.Value{}, err
	}
	a, unpin := a.pin(Corp)
	defer unpin()
	corp := a.corp.current.Load()
	if corp == nil || corp.bound() == "" {
		var err error
		if _, corp, err = a.refreshed(Corp); err != nil { // this finds the installation
			return access.Value{}, err
		}
	}
	g, err := corp.ticket(a, path, query).get(a)
	if err != nil {
		return access.Value{}, err
	}
	return g.value(g.age()), nil
}

// ticket is the cell of a JS ticket of the corp's installation.
func (c *cell) ticket(a *Api, path string, query url.Values) *cell {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := path + "?" + query.Encode()
	if t := c.tickets[name]; t != nil {
		return t
	}
	if c.tickets == nil {
		c.tickets = map[string]*cell{}
	}
	s := source{
		key:   ticketKey(a, c.boundTo, name),
		ep:    Endpoint{Method: http.MethodGet, Path: path, Credential: Corp, Read: true},
		field: "ticket",
		prove: func(*Api) (proof, error) { return proof{request: secretParams{query: query}}, nil },
	}
	t := &cell{kind: "ticket", bindSource: func(*Api) (source, error) { return s, nil }}
	c.tickets[name] = t
	return t
}

func ticketKey(a *Api, installation, name string) string {
	return storeKey("jsticket", a.core.corpId, a.suite.id, a.corp.id, installation, name)
}

// ticketKeys lists the Store's keys of an installation's JS tickets: those that this process
// has asked for, in cell c, and those of other processes too if the Store is a [Lister].
func (a *Api) ticketKeys(in Installation, c *cell) []string {
	prefix := ticketKey(a, in.fingerprint(), "")
	keys, err := a.core.store.list(a.ctx, prefix)
	if err != nil {
		a.core.store.warn(a.ctx, "looking for JS tickets", prefix, err) // they expire by themselves
	}
	if c == nil {
		return keys
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for name := range c.tickets {
		keys = append(keys, ticketKey(a, in.fingerprint(), name))
	}
	return keys
}
