package platform_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

func TestCut(t *testing.T) {
	t.Parallel()
	for most, want := range map[int]string{0: "", 1: "a", 2: "a", 3: "a", 4: "a店", 5: "a店b", 9: "a店b"} {
		assert.Equal(t, want, platform.Cut("a店b", most), most)
	}
	assert.Empty(t, platform.Cut("\x80\x80\x80", 2))
}
