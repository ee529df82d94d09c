package platform_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// An administrator who has left administers nothing, and agrees to nothing.
func TestAnAdministratorWhoHasLeftIsNone(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woBen", Name: "Ben", Admin: true}))
	assert.Len(t, w.Call("agent_get_admin_list", obj{})["admin"], 2)
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woAnna", Admin: true, Left: true}))
	assert.Equal(t, []any{obj{"userid": "woBen", "auth_type": 1.0}}, w.Call("agent_get_admin_list", obj{})["admin"])
	out := w.Call("get_permanent_code", obj{"auth_code": w.AuthCode(faketest.Suite)})
	agreed, _ := out["auth_user_info"].(obj)
	assert.Equal(t, "woBen", agreed["userid"])
}
