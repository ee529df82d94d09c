package platform_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

func TestOnlyMembersWhoHaveNotLeftAreThere(t *testing.T) {
	t.Parallel()
	c := platform.Corp{Name: "Bakery", Members: []platform.Member{
		{UserId: "woAnna"}, {UserId: "woCy", Hidden: true}, {UserId: "woEve", Left: true}, {UserId: "woDan", NoInterop: true},
	}}
	for userId, want := range map[string]struct{ there, visible bool }{
		"woAnna": {true, true}, "woCy": {true, false}, "woEve": {false, false}, "woDan": {true, true},
	} {
		m, _ := c.Member(userId)
		assert.Equal(t, want.visible, m.Visible(), userId)
		assert.Equal(t, want.there, c.There(userId) == nil, userId)
	}
	assert.EqualError(t, c.There("woFay"), `fakewecom: Bakery has no member "woFay"`)
}

func TestMemberOfNoDepartmentIsInTheRoot(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int64{1}, platform.Member{}.In())
	assert.Equal(t, []int64{4, 3}, platform.Member{Departments: []int64{4, 3}}.In())
}
