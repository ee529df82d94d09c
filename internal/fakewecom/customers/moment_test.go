package customers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const forMoments = "attached for 1" // a media_id

// moment makes one, and says what became of the job.
func (w *world) moment(more obj) (id string, result obj) {
	w.T.Helper()
	job := w.good("add_moment_task", template(more))["jobid"].(string)
	out := w.good("get_moment_task_result", obj{"jobid": job})
	require.EqualValues(w.T, 3, out["status"])
	result = out["result"].(obj)
	return result["moment_id"].(string), result
}

// publishers are the members who have to publish a moment.
func (w *world) publishers(id string) []string {
	w.T.Helper()
	return texts(faketest.List(w.good("get_moment_task", obj{"moment_id": id}), "task_list"), "userid")
}

// A moment is seen by the customers of those who publish it.
func TestMoments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.add("woAnna", "wmLi")
	w.add("woAnna", "wmWu")
	w.add("woAnna", "wmHu")
	id, result := w.moment(nil)
	assert.Equal(t, obj{"user_list": []any{}, "department_list": []any{}}, result["invalid_sender_list"])
	assert.Equal(t, []string{"woAnna", "woBo", "woDan"}, w.publishers(id))
	anna := obj{"moment_id": id, "userid": "woAnna"}
	for _, path := range []string{"get_moment_customer_list", "get_moment_send_result", "get_moment_comments"} {
		assert.Equal(t, 41062, w.code(path, anna), path)
		assert.Equal(t, 41061, w.code(path, obj{"moment_id": id, "userid": "woCy"}), path)
		assert.Equal(t, 41060, w.code(path, obj{"moment_id": "momNone", "userid": "woAnna"}), path)
	}
	require.ErrorContains(t, w.ReactToMoment(ctx, corpId, id, "woAnna", "wmLi", true), "does not see")
	require.NoError(t, w.RemoveMember(ctx, corpId, "woAnna", "wmHu"))
	require.NoError(t, w.PublishMoment(ctx, corpId, id, "woAnna"))
	require.ErrorContains(t, w.PublishMoment(ctx, corpId, id, "woAnna"), "already")
	list := faketest.List(w.good("get_moment_task", obj{"moment_id": id}), "task_list")
	assert.Equal(t, []int{1, 0, 0}, []int{faketest.Num(list[0], "publish_status"), faketest.Num(list[1], "publish_status"), faketest.Num(list[2], "publish_status")})

	first := w.good("get_moment_send_result", obj{"moment_id": id, "userid": "woAnna", "limit": 1})
	assert.Equal(t, []any{obj{"external_userid": "wmLi"}}, first["customer_list"])
	last := w.good("get_moment_send_result", obj{"moment_id": id, "userid": "woAnna", "limit": 1, "cursor": first["next_cursor"]})
	assert.Equal(t, []any{obj{"external_userid": "wmWu"}}, last["customer_list"], "Hu has deleted Anna")
	assert.Equal(t, []any{obj{"userid": "woAnna", "external_userid": "wmLi"}, obj{"userid": "woAnna", "external_userid": "wmWu"}}, w.good("get_moment_customer_list", anna)["customer_list"])

	left, err := w.MomentPublishers(corpId, id)
	require.NoError(t, err)
	assert.Equal(t, []string{"woBo", "woDan"}, left)
	_, err = w.MomentPublishers("wpNobody", id)
	require.ErrorContains(t, err, "no moment")
	w.Clock.Add(time.Minute)
	require.NoError(t, w.ReactToMoment(ctx, corpId, id, "woAnna", "wmLi", true))
	require.NoError(t, w.ReactToMoment(ctx, corpId, id, "woAnna", "wmWu", false))
	require.ErrorContains(t, w.ReactToMoment(ctx, corpId, id, "woAnna", "wmHu", true), "does not see")
	out := w.good("get_moment_comments", anna)
	assert.Equal(t, []any{obj{"external_userid": "wmLi", "create_time": begun + 60.0}}, out["like_list"])
	assert.Equal(t, []any{obj{"external_userid": "wmWu", "create_time": begun + 60.0}}, out["comment_list"])

	w.good("cancel_moment_task", obj{"moment_id": id})
	require.ErrorContains(t, w.PublishMoment(ctx, corpId, id, "woBo"), "cancelled")
	require.ErrorContains(t, w.PublishMoment(ctx, corpId, id, "woCy"), `not for "woCy"`)
	require.ErrorContains(t, w.PublishMoment(ctx, corpId, "momNone", "woBo"), `no moment "momNone"`)
	for _, path := range []string{"get_moment_task", "cancel_moment_task"} {
		assert.Equal(t, 41060, w.code(path, obj{"moment_id": "momNone"}), path)
	}
}

// Senders and tags say who publishes a moment, and who sees it.
func TestWhoSeesAMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.UpdateMember(corpId, platform.Member{UserId: "woBo", Departments: []int64{2}}))
	w.add("woAnna", "wmLi")
	w.add("woBo", "wmLi")
	w.add("woBo", "wmWu")
	_, ids := made(w.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("A")}))
	_, own := made(w.good("add_strategy_tag", obj{"strategy_id": 1, "group_name": "Level", "tag": tags("A")}))
	w.good("mark_tag", obj{"userid": "woBo", "external_userid": "wmWu", "add_tag": ids})
	senders := func(users []string, departments ...int) obj {
		return obj{"user_list": users, "department_list": departments}
	}
	tagged := obj{"tag_list": []string{ids[0], own[0], "etNone"}}
	for i, c := range []struct {
		in   obj
		want []string
	}{
		{obj{"sender_list": senders([]string{"woAnna", "woCy"}, 2, 9)}, []string{"woAnna", "woBo"}},
		{obj{"sender_list": senders(nil, 1)}, []string{"woAnna", "woBo", "woDan"}},
		{obj{"external_contact_list": tagged}, []string{"woBo"}},
		{obj{"sender_list": senders([]string{"woAnna"}), "external_contact_list": tagged}, nil},
		{obj{}, []string{"woAnna", "woBo", "woDan"}},
	} {
		id, result := w.moment(obj{"visible_range": c.in})
		assert.Equal(t, c.want, w.publishers(id), i)
		wrong := result["invalid_sender_list"].(obj)
		if i == 0 {
			assert.Equal(t, obj{"user_list": []any{"woCy"}, "department_list": []any{9.0}}, wrong)
		}
		if i == 2 {
			assert.Equal(t, []string{own[0], "etNone"}, strs(result["invalid_external_contact_list"].(obj), "tag_list"))
			require.NoError(t, w.PublishMoment(t.Context(), corpId, id, "woBo"))
			assert.Equal(t, []any{obj{"external_userid": "wmWu"}}, w.good("get_moment_send_result", obj{"moment_id": id, "userid": "woBo"})["customer_list"])
			require.NoError(t, w.UpdateMember(corpId, platform.Member{UserId: "woBo", Departments: []int64{2}, Hidden: true}))
			assert.Empty(t, w.publishers(id))
			assert.Equal(t, 41061, w.code("get_moment_send_result", obj{"moment_id": id, "userid": "woBo"}))
			require.NoError(t, w.UpdateMember(corpId, platform.Member{UserId: "woBo", Departments: []int64{2}}))
		}
	}
}

func TestMomentsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image, video := obj{"msgtype": "image", "image": obj{"media_id": forMoments}}, obj{"msgtype": "video", "video": obj{"media_id": forMoments}}
	for i, c := range []struct {
		code int
		more obj
	}{
		{41089, obj{"text": obj{"content": ""}}},
		{41065, obj{"attachments": []obj{image, video}}}, {41065, obj{"attachments": []obj{{"msgtype": "file", "file": obj{}}}}}, {41065, obj{"attachments": []obj{{"msgtype": "image"}}}},
		{40007, obj{"attachments": []obj{{"msgtype": "image", "image": obj{"media_id": "m1"}}}}}, {41072, obj{"attachments": []obj{{"msgtype": "video", "video": obj{"media_id": "attached for 2"}}}}},
		{41064, obj{"attachments": []obj{video, video}}}, {41064, obj{"attachments": []obj{image, image, image, image, image, image, image, image, image, image}}},
	} {
		assert.Equal(t, c.code, w.code("add_moment_task", template(c.more)), i)
	}
	assert.Equal(t, 40088, w.code("get_moment_task_result", obj{"jobid": "none"}))
	job := w.good("add_moment_task", template(nil))["jobid"].(string)
	w.Clock.Add(momentJobLife - time.Second)
	w.good("get_moment_task_result", obj{"jobid": job})
	w.Clock.Add(time.Second)
	assert.Equal(t, 40088, w.code("get_moment_task_result", obj{"jobid": job}))
}

// Moments are listed with what they show.
func TestMomentsAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := obj{"msgtype": "image", "image": obj{"media_id": forMoments}}
	w.moment(obj{"attachments": []obj{image, image}})
	w.Clock.Add(time.Second)
	w.moment(obj{"attachments": []obj{{"msgtype": "video", "video": obj{"media_id": forMoments}}}, "visible_range": obj{"external_contact_list": obj{"tag_list": []string{"etNone"}}}})
	w.Clock.Add(time.Second)
	id, _ := w.moment(obj{"text": nil, "attachments": []obj{{"msgtype": "link", "link": obj{"url": "u", "title": "t", "media_id": forMoments}}}})
	list := func(from, to int, more obj) []obj {
		in := obj{"start_time": from, "end_time": to}
		for name, value := range more {
			in[name] = value
		}
		return faketest.List(w.good("get_moment_list", in), "moment_list")
	}
	all := list(begun-1, begun+3, nil)
	require.Len(t, all, 3)
	assert.Equal(t, []any{[]any{obj{"media_id": forMoments}, obj{"media_id": forMoments}}, obj{"content": "Fresh tea"}, 1.0}, []any{all[0]["image"], all[0]["text"], all[0]["visible_type"]})
	assert.Equal(t, []any{obj{"media_id": forMoments}, 0.0}, []any{all[1]["video"], all[1]["visible_type"]})
	assert.Equal(t, obj{"moment_id": id, "create_type": 0.0, "visible_type": 1.0, "create_time": begun + 2.0, "link": obj{"url": "u", "title": "t"}}, all[2])
	assert.Len(t, list(begun, begun+2, nil), 1, "between the times")
	assert.Empty(t, list(begun-1, begun+3, obj{"creator": "woAnna"}))
	assert.Empty(t, list(begun-1, begun+3, obj{"filter_type": 1}))
	assert.Len(t, list(begun-1, begun+3, obj{"limit": 2}), 2)
	assert.Len(t, list(begun-1, begun+3, obj{"limit": 21}), 3)
	for _, to := range []int{begun - 1, begun + 30*day + 1} {
		assert.Equal(t, 40058, w.code("get_moment_list", obj{"start_time": begun, "end_time": to}))
	}
	assert.Equal(t, 50100, w.code("get_moment_list", obj{"start_time": begun, "end_time": begun, "cursor": "x"}))
}
