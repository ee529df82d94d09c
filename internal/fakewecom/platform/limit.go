package platform

const codeTooOften = 45009

// rate is what calls are counted by.
type rate struct{ path, corpId string }

// limit refuses what is called too often. p.mu is held.
func (p *Platform) limit(c *Call) error {
	if p.opt.PerMinute == 0 {
		return nil
	}
	if minute := c.now.Unix() / 60; minute != p.minute {
		p.minute, p.calls = minute, map[rate]int{}
	}
	r := rate{path: c.ep.Path}
	if c.corp != nil {
		r.corpId = c.corp.Id
	}
	if p.calls[r]++; p.calls[r] > p.opt.PerMinute {
		return Refuse(codeTooOften, "api freq out of limit")
	}
	return nil
}
