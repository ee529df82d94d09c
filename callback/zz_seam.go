package callback

func (n *Notice) CorpId() string {
	if n.AuthCorpId != "" {
		return n.AuthCorpId
	}
	if e, ok := n.Content.(*AppOrderEvent); ok {
		return e.PaidCorpId
	}
	if n.ToUserName != "" && n.InfoType == "" {
		return n.ToUserName
	}
	return ""
}
