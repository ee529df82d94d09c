package console

import (
	"time"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

// tokenLife is how long a token is good unless the choices say otherwise.
const tokenLife = 2 * time.Hour

// tokenRow is a token in a table.
type tokenRow struct {
	sandbox.Token
	KindName, Parameter string // for people, and in a query
	Owner               string // the app and the corp
	Life, Low, Seconds  int64  // of the meter
}

// tokens are those that choose picks.
func (c *Console) tokens(p *page, known names, choose func(sandbox.Token) bool) (list []tokenRow, err error) {
	ctx, none := p.request.Context(), struct{}{}
	all, err := c.world.ListTokens(ctx, none)
	if err != nil {
		return nil, err
	}
	choices, err := c.world.ShowChoices(ctx, none)
	if err != nil {
		return nil, err
	}
	life := time.Duration(choices.TokenLife)
	if life == 0 {
		life = tokenLife
	}
	for _, t := range all.Tokens {
		if choose(t) {
			list = append(list, p.tokenRow(known, t, life))
		}
	}
	return list, nil
}

func (p *page) tokenRow(known names, t sandbox.Token, life time.Duration) tokenRow {
	left := time.Duration(t.Left)
	life = max(life, left) // the choice may have changed since
	row := tokenRow{Token: t, Life: seconds(life), Low: seconds(life / 4), Seconds: seconds(left)}
	switch t.Kind {
	case spec.CredentialProvider:
		row.KindName, row.Parameter = p.lang.t("服务商", "provider"), "provider_access_token"
	case spec.CredentialSuite:
		row.KindName, row.Parameter, row.Owner = p.lang.t("应用", "suite"), "suite_access_token", known.of(t.SuiteId)
	default:
		row.KindName, row.Parameter, row.Owner = p.lang.t("企业", "corp"), "access_token", known.of(t.CorpId)
		if t.SuiteId != "" {
			row.Owner = known.of(t.SuiteId) + " · " + row.Owner
		}
	}
	return row
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
