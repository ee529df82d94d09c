package agents

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

func TestWorkbenchIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Equal(t, Workbench{Kind: "normal"}, w.Workbench(faketest.Suite, faketest.Corp))
	before := w.LastChange()
	one := obj{"items": []obj{{"key": "Orders", "data": "2"}}}
	require.Zero(t, faketest.Errcode(w.post("set_workbench_template", obj{"type": "keydata", "keydata": one})))
	require.Zero(t, faketest.Errcode(w.post("set_workbench_data", obj{"userid": "woBo", "type": "keydata", "keydata": obj{"items": []obj{}}})))
	changes, _ := w.ChangesAfter(before, 100)
	n := 0
	for _, c := range changes {
		if c.Kind == platform.ChangedAgent && c.SuiteId == faketest.Suite && c.CorpId == faketest.Corp {
			n++
		}
	}
	assert.Equal(t, 2, n)
	out := w.Workbench(faketest.Suite, faketest.Corp)
	assert.Equal(t, "keydata", out.Kind)
	assert.JSONEq(t, `{"items":[{"key":"Orders","data":"2"}]}`, string(out.Template))
	require.Len(t, out.Members, 1)
	assert.Equal(t, "woBo", out.Members[0].UserId)
	assert.JSONEq(t, `{"items":[]}`, string(out.Members[0].Content))
	assert.Equal(t, Workbench{Kind: "normal"}, w.Workbench(faketest.Template, faketest.Corp))
}
