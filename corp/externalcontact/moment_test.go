package externalcontact_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWaitMomentTask(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, asked := corptest.Script(t, `{"status":1}`, `{"errcode":45009}`, `{"status":2}`,
			`{"status":"3","result":{"errcode":0,"moment_id":"mom","invalid_sender_list":{"user_list":["woEve"]},"invalid_external_contact_list":{"tag_list":["et"]}}}`)
		began := time.Now()
		done, err := externalcontact.WaitMomentTask(api, "job", 0)
		require.NoError(t, err)
		assert.Equal(t, &externalcontact.MomentOutcome{MomentId: "mom", InvalidSenderList: externalcontact.MomentSenders{UserList: []string{"woEve"}},
			InvalidExternalContactList: externalcontact.MomentTags{TagList: []string{"et"}}}, done)
		assert.Equal(t, 30*time.Second, time.Since(began))
		assert.Len(t, asked(), 4)

		api, _ = corptest.Script(t, `{"status":3,"result":{"errcode":41210,"errmsg":"too many moments"}}`)
		done, err = externalcontact.WaitMomentTask(api, "job", time.Second)
		require.ErrorIs(t, err, token.Code(41210))
		require.ErrorContains(t, err, "get_moment_task_result")
		assert.Equal(t, 41210, done.ErrCode)

		api, _ = corptest.Script(t, `{"errcode":40088}`)
		done, err = externalcontact.WaitMomentTask(api, "job", time.Second)
		require.ErrorIs(t, err, token.Code(40088))
		assert.Nil(t, done)

		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		api = corptest.Canned(func(string, []byte) string { return `{"status":2,"result":{"errcode":7}}` }).WithContext(ctx)
		done, err = externalcontact.WaitMomentTask(api, "job", 0)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Nil(t, done)
	})
	assert.NoError(t, externalcontact.MomentJob{Status: 2, Result: externalcontact.MomentOutcome{ErrCode: 7}}.Err(), "it counts once the job is done")
}

// G: endpoint/checked
func TestMomentsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	image := externalcontact.MomentAttachment{Image: &wire.Media{MediaId: "m"}}
	video := externalcontact.MomentAttachment{Video: &wire.Media{MediaId: "m"}}
	link := func(l externalcontact.MomentLink) externalcontact.MomentTask {
		return externalcontact.MomentTask{Attachments: []externalcontact.MomentAttachment{{Link: &l}}}
	}
	files := func(list ...externalcontact.MomentAttachment) externalcontact.MomentTask {
		return externalcontact.MomentTask{Attachments: list}
	}
	good := externalcontact.MomentAttachment{Link: &externalcontact.MomentLink{Url: "u", MediaId: "m"}}
	for want, m := range map[string]externalcontact.MomentTask{
		"text and attachments are empty":         {},
		"text.content is empty":                  {Text: &wire.Text{}},
		"text.content has 2001 characters":       {Text: &wire.Text{Content: strings.Repeat("字", 2001)}},
		"attachments has 10 items: at most 9":    files(slices.Repeat([]externalcontact.MomentAttachment{image}, 10)...),
		"attachments has 2 items: at most 1":     files(video, video),
		"attachments has 3 items: at most 1":     files(good, good, good),
		"attachments has image and video":        files(image, video),
		"attachments[1] is empty":                files(image, externalcontact.MomentAttachment{}),
		"attachments[0] has image and video":     files(externalcontact.MomentAttachment{Image: image.Image, Video: image.Image}),
		"attachments[0].image.media_id is empty": files(externalcontact.MomentAttachment{Image: &wire.Media{}}),
		"attachments[0].video.media_id is empty": files(externalcontact.MomentAttachment{Video: &wire.Media{}}),
		"attachments[0].link.url is empty":       link(externalcontact.MomentLink{MediaId: "m"}),
		"attachments[0].link.media_id is empty":  link(externalcontact.MomentLink{Url: "u"}),
		"attachments[0].link.title has 65":       link(externalcontact.MomentLink{Url: "u", MediaId: "m", Title: strings.Repeat("字", 65)}),
		"sender_list.user_list has 100001": {Text: hello, VisibleRange: &externalcontact.MomentRange{
			SenderList: &externalcontact.MomentSenders{UserList: make([]string, 100_001)}}},
	} {
		assert.ErrorContains(t, failure(externalcontact.AddMomentTask(api, m)), want)
	}
	three := 3
	for want, q := range map[string]externalcontact.MomentQuery{
		"start_time is 0":  {},
		"start_time is 9":  {StartTime: 9, EndTime: 8},
		"at most 2592000":  {StartTime: 1, EndTime: 2 + 30*24*60*60},
		"filter_type is 3": {StartTime: 1, EndTime: 1, FilterType: &three},
	} {
		assert.ErrorContains(t, failure(externalcontact.GetMomentList(api, q, "", 0)), want)
	}
	for i, err := range []error{
		externalcontact.CancelMomentTask(api, ""), failure(externalcontact.GetMomentTask(api, "", "", 0)), failure(externalcontact.GetMomentCustomerList(api, "", "u", "", 0)),
		failure(externalcontact.GetMomentSendResult(api, "", "u", "", 0)), failure(externalcontact.GetMomentComments(api, "", "u")),
	} {
		require.ErrorContains(t, err, "moment_id is empty", i)
	}
	for i, err := range []error{
		failure(externalcontact.GetMomentCustomerList(api, "m", "", "", 0)), failure(externalcontact.GetMomentSendResult(api, "m", "", "", 0)), failure(externalcontact.GetMomentComments(api, "m", "")),
	} {
		require.ErrorContains(t, err, "userid is empty", i)
	}
	for _, id := range []string{"", strings.Repeat("j", 65)} {
		require.ErrorContains(t, failure(externalcontact.GetMomentTaskResult(api, id)), "jobid")
	}
}

// G: endpoint/checked
func TestLegalMomentsAreSent(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string { return `{"jobid":"j"}` })
	image := externalcontact.MomentAttachment{Image: &wire.Media{MediaId: "m"}}
	for _, m := range []externalcontact.MomentTask{
		{Text: &wire.Text{Content: strings.Repeat("字", 2000)}, Attachments: slices.Repeat([]externalcontact.MomentAttachment{image}, 9)},
		{Text: hello, VisibleRange: &externalcontact.MomentRange{SenderList: &externalcontact.MomentSenders{UserList: someIds(100_000)}}},
		{Attachments: []externalcontact.MomentAttachment{{Link: &externalcontact.MomentLink{Url: "u", MediaId: "m", Title: strings.Repeat("字", 64)}}}},
		{Attachments: []externalcontact.MomentAttachment{{Video: &wire.Media{MediaId: "m"}}}, VisibleRange: &externalcontact.MomentRange{ExternalContactList: &externalcontact.MomentTags{TagList: []string{"et"}}}},
	} {
		job, err := externalcontact.AddMomentTask(api, m)
		require.NoError(t, err)
		assert.Equal(t, "j", job)
	}
}

// A moment has what its kind has; the rest is nil.
func TestMomentsAsTheyCome(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"moment_list":[{"moment_id":"m","create_time":"xxxx","image":[{"media_id":"a"},{"media_id":"b"}],"location":{"longitude":113.3,"name":"广州"}}]}`)
	page, err := externalcontact.GetMomentList(api, month, "", 0)
	require.NoError(t, err)
	assert.Equal(t, []externalcontact.Moment{{MomentId: "m", Image: []wire.Media{{MediaId: "a"}, {MediaId: "b"}}, Location: &externalcontact.MomentLocation{Longitude: "113.3", Name: "广州"}}}, page.MomentList)
}
