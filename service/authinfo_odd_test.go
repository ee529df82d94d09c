package service

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
)

// Fields of another shape than documented stay empty, and cost nothing of the rest.
// G: request/lenient
func TestAuthInfoWithFieldsOfAnotherShape(t *testing.T) {
	t.Parallel()
	const answer = `{"errcode":0,"errmsg":"ok",
		"auth_corp_info":{"corpid":"wpDEMOcorp0001","corp_name":"Lakeside","location":{"province":"GD"},"verified_end_time":"2026-01-01"},
		"auth_info":{"agent":[{"agentid":1000001,"name":"app"}]}}`
	api := newApi(t)(t.Context(), spectest.Canned(func(string, []byte) string { return answer }))
	got, err := GetAuthInfo(api, "wpDEMOcorp0001", "a-permanent-code")
	require.NoError(t, err)
	assert.Equal(t, AuthCorpInfo{CorpId: "wpDEMOcorp0001", CorpName: "Lakeside"}, got.AuthCorpInfo)
	assert.Equal(t, "1000001", got.AgentId())
}
