package platform_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

func TestFirstIsTheFirstThatFits(t *testing.T) {
	t.Parallel()
	one, two, three := 1, 2, 3
	list := []*int{&one, &two, &three}
	assert.Same(t, &two, platform.First(list, func(n *int) bool { return *n > 1 }))
	assert.Nil(t, platform.First(list, func(n *int) bool { return *n > 3 }))
	assert.Nil(t, platform.First(nil, func(*int) bool { return true }))
}
