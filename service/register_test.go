package service

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// With the token that came along, and no other.
// G: token/by-hand secret/printed
func TestARegisteredCorpMovesItsAddressBook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.api(t, worldSuite, nil)
	code, err := GetRegisterCode(api, RegisterCodeReq{TemplateId: "tplDEMO", State: "channel7"})
	require.NoError(t, err)
	require.NoError(t, w.Register(code.RegisterCode, worldCorp))
	info, err := GetRegisterInfo(api, code.RegisterCode)
	require.NoError(t, err)
	assert.Equal(t, []string{worldCorp, "channel7", "tplDEMO"}, []string{info.CorpId, info.State, info.TemplateId})
	assert.NotContains(t, fmt.Sprintf("%+v", info), info.ContactSync.AcsToken)
	_, err = SetScope(api, info.ContactSync.AcsToken, Scope{AgentId: 1000012, AllowUser: []string{"woMember0"}})
	require.NoError(t, err)
	require.NoError(t, ContactSyncSuccess(api, info.ContactSync.AcsToken))
	_, err = SetScope(api, info.ContactSync.AcsToken, Scope{AgentId: 1000012})
	assert.Error(t, err, "the token ended with the move")
}
