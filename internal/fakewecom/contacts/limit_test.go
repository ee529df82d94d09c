package contacts

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// A tree has fifteen levels, also after a branch has moved.
func TestLevels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	parent, top := 1, 0
	for level := range maxLevels - 1 {
		parent = faketest.Num(w.good(editor, "department_create", obj{"name": fmt.Sprint("Level ", level+2), "parentid": parent}), "id")
		if level == 0 {
			top = parent
		}
	}
	assert.Equal(t, 81002, w.code(editor, "department_create", obj{"name": "X", "parentid": parent}))
	assert.Equal(t, 81002, w.code(editor, "department_update", obj{"id": top, "parentid": 2}))
	assert.Equal(t, 81002, w.code(editor, "department_update", obj{"id": 2, "parentid": parent}))
}

func TestFullDepartment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	corp := platform.Corp{Id: faketest.Corp, Members: make([]platform.Member, maxBelow-1)}
	for i := range corp.Members {
		corp.Members[i] = platform.Member{UserId: fmt.Sprint("wo", i), Departments: []int64{2}}
	}
	require.NoError(t, w.AddCorp(corp)) // with East there are as many as there can be
	assert.Equal(t, 81001, w.code(editor, "department_create", obj{"name": "X", "parentid": 2}))
	assert.Equal(t, 81001, w.code(editor, "user_create", user(obj{"department": []int{2}})))
	w.good(editor, "department_update", obj{"id": 3, "name": "Near East"})
	w.good(editor, "user_update", obj{"userid": "wo1", "department": []int{2, 3}})
}

func TestFullTag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.good(editor, "tag_create", obj{"tagname": "All"})
	w.Locked(func(b *book) { b.tags[1].users = make([]string, maxTagged-1) })
	assert.Equal(t, 81003, w.code(editor, "tag_addtagusers", obj{"tagid": 1, "partylist": []int{2, 3}}))
	w.good(editor, "tag_addtagusers", obj{"tagid": 1, "partylist": []int{2}})
	w.good(editor, "tag_addtagusers", obj{"tagid": 1, "partylist": []int{2}})
	assert.Equal(t, 81003, w.code(editor, "tag_addtagusers", obj{"tagid": 1, "partylist": []int{3}}))
}

func TestThreeThousandTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Locked(func(b *book) {
		for id := range int64(maxTags) {
			b.tags[id] = &tag{id: id, name: fmt.Sprint(id), maker: editor}
		}
	})
	assert.Equal(t, 40058, w.code(faketest.Suite, "tag_create", obj{"tagname": "X"}))
	w.good(editor, "tag_delete", q("tagid", "7"))
	assert.EqualValues(t, maxTags, w.good(faketest.Suite, "tag_create", obj{"tagname": "X"})["tagid"])
}

// Locked hands out the book of the corp.
func (w *world) Locked(do func(b *book)) {
	w.host.Locked(func() { do(w.book(w.host.Corp(faketest.Corp))) })
}
