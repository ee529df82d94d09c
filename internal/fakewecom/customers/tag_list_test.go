package customers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// The console lists the tags that are there, by rank, with how many customers have each.
func TestTagGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Empty(t, w.TagGroups(faketest.Corp))
	level, ids := made(w.good("add_corp_tag", obj{"group_name": "Level", "order": 1, "tag": []obj{{"name": "A", "order": 1}, {"name": "B", "order": 2}, {"name": "C"}}}))
	city, cities := made(w.good("add_corp_tag", obj{"group_name": "City", "order": 5, "tag": tags("Wuhan")}))
	r := w.add("woBo", "wmAnn")
	w.good("mark_tag", obj{"userid": r.UserId, "external_userid": r.ExternalUserId, "add_tag": []string{ids[0]}})
	w.good("del_corp_tag", obj{"tag_id": []string{ids[2]}})
	want := []TagGroup{{city, "City", []Tag{{cities[0], "Wuhan", 0}}}, {level, "Level", []Tag{{ids[0], "B", 1}, {ids[1], "A", 0}}}}
	assert.Equal(t, want, w.TagGroups(faketest.Corp))
	w.good("del_corp_tag", obj{"group_id": []string{city}})
	assert.Equal(t, want[1:], w.TagGroups(faketest.Corp), "a group without tags is none")
	assert.Empty(t, w.TagGroups("nobody"))
}
