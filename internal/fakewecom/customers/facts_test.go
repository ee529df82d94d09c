package customers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// The limit of transfers is one of members who are there: who has left gives his customers away
// however often they were given.
func TestResignationsAreNotCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	for _, to := range [][2]string{{"woAnna", "woBo"}, {"woBo", "woDan"}} {
		assert.Equal(t, []int{0}, w.handsOver(onJob, to[0], to[1], "wmLi"))
		w.Clock.Add(transferTime)
	}
	assert.Equal(t, []int{40128}, w.handsOver(onJob, "woDan", "woAnna", "wmLi"))
	w.leave("woDan")
	assert.Equal(t, []int{0}, w.handsOver(resigned, "woDan", "woAnna", "wmLi"), "no page names a limit")
	w.Clock.Add(transferEvery - transferTime)
	assert.Equal(t, []int{0}, w.handsOver(onJob, "woAnna", "woBo", "wmLi"), "that was none of two transfers")
}

// A remark has a picture that the app has uploaded, or none.
func TestPicturesOfRemarks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	for id, want := range map[string]int{"m1": 0, "": 0, "m2": 40007} {
		assert.Equal(t, want, w.code("remark", obj{"userid": "woAnna", "external_userid": "wmLi", "remark": "Li " + id, "remark_pic_mediaid": id}), id)
	}
	follow := faketest.List(w.good("get", obj{"external_userid": "wmLi"}), "follow_user")
	assert.NotEqual(t, "Li m2", follow[0]["remark"], "nothing of a refused request counts")
}
