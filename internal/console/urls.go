package console

import (
	"github.com/gothird/wecom/internal/sandbox"
)

// urlsData is what the page of callback URLs shows.
type urlsData struct {
	System  urlBox
	Apps    []urlBox
	Balance int64
}

// urlBox is the callback URLs that share a Token and a key: those of an app, or the system's.
type urlBox struct {
	Suite      *sandbox.Suite // nil: the system's
	URLs       []urlField
	Token, Key string // marks
}

// urlField is one callback URL with the name of its field, and what its last check says.
type urlField struct {
	callbackURL
	Field  string
	Advice *advice
}

// Id is that of the elements of the URL.
func (f urlField) Id() string { return "url-" + f.Channel + "-" + f.SuiteId }

// Of is the URL without what the page adds.
func (f urlField) Of() callbackURL { return f.callbackURL }

// urls is the page of the callback URLs.
func (c *Console) urls(p *page) error {
	provider, err := c.world.ShowProvider(p.request.Context(), struct{}{})
	if err != nil {
		return err
	}
	d := urlsData{Balance: provider.Balance, System: urlBox{Token: provider.Token, Key: provider.AESKey}}
	byApp := map[string][]urlField{}
	for _, u := range callbackURLs(provider) {
		f := urlField{callbackURL: u, Field: u.Channel + "_url"}
		if u.Check != nil {
			f.Advice = p.lang.checkAdvice(*u.Check)
		}
		byApp[u.SuiteId] = append(byApp[u.SuiteId], f)
	}
	d.System.URLs = byApp[""]
	for _, s := range provider.Suites {
		d.Apps = append(d.Apps, urlBox{Suite: &s, URLs: byApp[s.SuiteId], Token: s.Token, Key: s.AESKey})
	}
	p.Data = d
	return nil
}
