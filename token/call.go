package token

// Endpoint is one operation of WeCom.
type Endpoint struct {
	Method     string // "" is POST
	Path       string // such as /cgi-bin/license/active_account
	Credential Credential
	Read       bool // safe to repeat
}

// Call asks an endpoint and decodes its answer into a T. See [Api.Do].
func Call[T any](api *Api, ep Endpoint, in any) (*T, error) {
	out := new(T)
	if err := api.Do(ep, in, out); err != nil {
		return nil, err
	}
	return out, nil
}
