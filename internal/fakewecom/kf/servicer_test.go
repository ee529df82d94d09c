package kf

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// outcomes are the errcodes of a list of results, with their texts where there are no codes.
func outcomes(out obj) (list []string) {
	for _, r := range faketest.List(out, "result_list") {
		word := fmt.Sprint(faketest.Errcode(r))
		if word == "0" {
			word = text(r, "errmsg")
		}
		list = append(list, fmt.Sprint(text(r, "userid"), faketest.Num(r, "department_id"), " ", word))
	}
	return list
}

func TestServicersHaveAnOutcomeEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	both := func(path string, users []string, departments ...int) []string {
		return outcomes(w.ask(path, obj{"open_kfid": w.account, "userid_list": users, "department_id_list": departments}))
	}
	assert.Equal(t, []string{"woAnna0 success", "woBo0 ignored", "woCy0 60111", "woNobody0 60111", "7 success", "0 60123"},
		both("servicer/add", []string{"woAnna", "woBo", "woCy", "woNobody"}, 7, 0))
	list := faketest.List(w.ask("servicer/list", obj{"open_kfid": w.account}), "servicer_list")
	assert.Equal(t, []obj{{"userid": "woBo", "status": 0.0}, {"userid": "woAnna", "status": 0.0}, {"department_id": 7.0}}, list)
	assert.Equal(t, []string{"woBo0 success", "woCy0 ignored", "7 success"}, both("servicer/del", []string{"woBo", "woCy"}, 7))
	assert.Equal(t, []string{"woBo0 ignored"}, both("servicer/del", []string{"woBo"}))

	many := func(path string, users, departments int) int {
		return w.code(path, obj{"open_kfid": w.account, "userid_list": make([]string, users), "department_id_list": make([]int, departments)})
	}
	assert.Equal(t, 40058, many("servicer/add", 0, 0))
	assert.Equal(t, []int{0, 40058, 40058}, []int{many("servicer/add", 100, 20), many("servicer/add", 101, 20), many("servicer/add", 100, 21)})
	assert.Equal(t, []int{0, 40058, 40058}, []int{many("servicer/del", 100, 100), many("servicer/del", 101, 100), many("servicer/del", 100, 101)})
}

func TestServicersLeaveTheVisibleRange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woBo", Hidden: true}))
	assert.Empty(t, faketest.List(w.ask("servicer/list", obj{"open_kfid": w.account}), "servicer_list"))
	w.writes(ann(), "?")
	assert.Equal(t, codeNoServicer, faketest.Errcode(w.move(stateServicer, "woBo")))
}

func TestAccountsHaveAtMost500Servicers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for from := 0; from < mostServicers-1; from += mostDepartments {
		departments := []int{}
		for id := from; id < min(from+mostDepartments, mostServicers-1); id++ {
			departments = append(departments, id+1)
		}
		require.Zero(t, w.code("servicer/add", obj{"open_kfid": w.account, "department_id_list": departments}))
	}
	assert.Equal(t, []string{"woAnna0 95020"}, outcomes(w.ask("servicer/add", obj{"open_kfid": w.account, "userid_list": []string{"woAnna"}})))
	require.Zero(t, w.code("servicer/del", obj{"open_kfid": w.account, "department_id_list": []int{3}}))
	assert.Equal(t, []string{"woAnna0 success"}, outcomes(w.ask("servicer/add", obj{"open_kfid": w.account, "userid_list": []string{"woAnna"}})))
}

func TestServicersWhoRestGetNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writes(ann(), "?")
	rest := func(why int) obj {
		require.NoError(t, w.KfRest(t.Context(), faketest.Corp, w.account, "woBo", why))
		event := w.last()
		assert.Equal(t, []any{"servicer_status_change", "woBo", nil}, []any{event["event_type"], event["servicer_userid"], event["external_userid"]})
		return event
	}
	status := func() obj {
		return faketest.List(w.ask("servicer/list", obj{"open_kfid": w.account}), "servicer_list")[0]
	}

	event := rest(stopped)
	assert.Equal(t, []any{2.0, 0.0}, []any{event["status"], event["stop_type"]})
	assert.Equal(t, obj{"userid": "woBo", "status": 1.0, "stop_type": 0.0}, status())
	assert.Equal(t, codeServicerRests, faketest.Errcode(w.move(stateServicer, "woBo")))
	event = rest(suspended)
	assert.Equal(t, []any{2.0, 1.0}, []any{event["status"], event["stop_type"]})
	assert.Equal(t, obj{"userid": "woBo", "status": 1.0, "stop_type": 1.0}, status())
	event = rest(0)
	assert.Equal(t, []any{1.0, nil}, []any{event["status"], event["stop_type"]})
	assert.Equal(t, obj{"userid": "woBo", "status": 0.0}, status())
	assert.Zero(t, faketest.Errcode(w.move(stateServicer, "woBo")))

	assert.ErrorContains(t, w.KfRest(t.Context(), faketest.Corp, w.account, "woAnna", 0), "add him first")
	assert.ErrorContains(t, w.KfRest(t.Context(), faketest.Corp, w.account, "woBo", 3), "says nothing")
}

// Who is in a department that answers for the account can be given a conversation.
func TestDepartmentsServe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woEve", Departments: []int64{7}}))
	w.writes(ann(), "?")
	assert.Equal(t, codeNoServicer, faketest.Errcode(w.move(stateServicer, "woEve")))
	require.Zero(t, w.code("servicer/add", obj{"open_kfid": w.account, "department_id_list": []int{7}}))
	assert.Equal(t, codeNoServicer, faketest.Errcode(w.move(stateServicer, "woAnna")), "she is in the root")
	assert.Zero(t, faketest.Errcode(w.move(stateServicer, "woEve")))
	require.Zero(t, w.code("servicer/add", obj{"open_kfid": w.account, "department_id_list": []int{1}}))
	assert.Zero(t, faketest.Errcode(w.move(stateServicer, "woAnna")))
}
