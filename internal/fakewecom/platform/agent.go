package platform

const (
	codeBadAgent     = 40056
	codeForeignAgent = 301002
)

// OwnAgent refuses an agentid that is not that of the app of the call.
func (h *Host) OwnAgent(c *Call, agentId int64) error {
	if c.install == nil || agentId == c.install.AgentId {
		return nil
	}
	for _, in := range h.Installs(c.corp.Id) {
		if in.AgentId == agentId {
			return Refuse(codeForeignAgent, "not allow operate another agent with this accesstoken")
		}
	}
	return Refuse(codeBadAgent, "invalid agentid")
}
