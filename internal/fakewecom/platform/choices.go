package platform

import (
	"slices"
	"time"
)

// Choices are the settings of [Options] that may be changed while the platform runs. They
// count for what begins afterwards: a token that is out keeps its life.
type Choices struct {
	NewSuiteToken, NewCorpToken bool
	AllowedIPs                  []string
	TokenLife                   time.Duration
	Tries                       int
	JSON                        bool
	PerMinute                   int
}

// Choices are the present ones.
func (p *Platform) Choices() Choices {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := p.opt
	return Choices{o.NewSuiteToken, o.NewCorpToken, slices.Clone(o.AllowedIPs), o.TokenLife, o.Tries, o.JSON, o.PerMinute}
}

// Choose replaces the choices.
func (p *Platform) Choose(c Choices) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := &p.opt
	o.NewSuiteToken, o.NewCorpToken, o.AllowedIPs, o.TokenLife = c.NewSuiteToken, c.NewCorpToken, slices.Clone(c.AllowedIPs), c.TokenLife
	o.Tries, o.JSON, o.PerMinute = c.Tries, c.JSON, c.PerMinute
	p.note(ChangedChoices, "", "", "")
}
