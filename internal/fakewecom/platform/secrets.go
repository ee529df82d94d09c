package platform

import "slices"

// secret is an id that nobody may see. p.mu is held.
func (p *Platform) secret(n int) string {
	value := p.id("", n)
	p.forgetSecrets()
	p.secrets = append(p.secrets, value)
	return value
}

// Secrets returns every secret there is or ever was, as far as [Options].KeepSecrets keeps
// them: those of AddProvider and AddSuite, and all tokens, tickets and codes handed out. A test
// searches logs and errors for them.
func (p *Platform) Secrets() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := slices.Concat(p.secrets, p.own)
	for _, x := range p.providers {
		list = append(list, x.Secret, x.System.Token, x.System.EncodingAESKey)
	}
	for _, x := range p.suites {
		list = append(list, x.Secret, x.Command.Token, x.Command.EncodingAESKey)
	}
	list = slices.DeleteFunc(list, func(v string) bool { return v == "" })
	slices.Sort(list)
	return slices.Compact(list)
}
