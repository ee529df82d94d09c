package service

import (
	"cmp"
	"fmt"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// corpOr is the corp that a caller names, or else the bound one.
func corpOr(api *token.Api, field, corpId string) (string, error) {
	corpId = cmp.Or(corpId, api.CorpId())
	if corpId == "" {
		return "", fmt.Errorf("wecom: %s is empty: %w", field, token.ErrNoCorp)
	}
	return corpId, nil
}

// agentOr is the agent that a caller names, or else the one that the corp has installed.
func agentOr(api *token.Api, field, corpId string, agentId int64) (int64, error) {
	if agentId != 0 {
		return agentId, check.NonNegative(field, agentId)
	}
	agentId, err := api.WithCorp(corpId).AgentId()
	if err != nil {
		return 0, fmt.Errorf("wecom: %s is 0, and the corp's own is not known: %w", field, err)
	}
	return agentId, nil
}
