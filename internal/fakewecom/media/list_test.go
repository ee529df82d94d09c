package media

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

func TestFilesAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Empty(t, w.Files(faketest.Corp))
	before, made := w.LastChange(), w.Clock.Now()
	image := w.uploaded(kindImage, begun(kindImage, 9))
	changes, _ := w.ChangesAfter(before, 100)
	assert.Contains(t, changes[len(changes)-2:], platform.Change{Id: changes[len(changes)-2].Id, Time: made, Kind: platform.ChangedMedia, CorpId: faketest.Corp, Subject: image})
	w.Clock.Add(time.Hour)
	sent, err := w.MemberFile(faketest.Corp, "list.csv", []byte("a,b"))
	require.NoError(t, err)
	w.Clock.Add(time.Hour)
	video, _ := w.post("/cgi-bin/media/upload_attachment", url.Values{"media_type": {kindVideo}, "attachment_type": {"1"}}, "a.mp4", begun(kindVideo, 10))["media_id"].(string)
	later, left := made.Add(time.Hour), mediaLife-2*time.Hour
	assert.Equal(t, []File{{image, "a", kindImage, forMessages, 9, made, left}, {sent, "list.csv", "", fromMember, 3, later, left + time.Hour},
		{video, "a.mp4", kindVideo, "attachment 1", 10, later.Add(time.Hour), mediaLife}}, w.Files(faketest.Corp))
	assert.Empty(t, w.Files("wpOther"))

	f, kind, data, ok := w.Content(faketest.Corp, image)
	assert.Equal(t, []any{image, "image/jpeg", begun(kindImage, 9), true}, []any{f.MediaId, kind, string(data), ok})
	_, kind, _, ok = w.Content(faketest.Corp, sent)
	assert.Equal(t, []any{"application/octet-stream", true}, []any{kind, ok})
	_, _, _, ok = w.Content("wpOther", image)
	assert.False(t, ok)
	w.Clock.Add(left)
	_, _, _, ok = w.Content(faketest.Corp, image)
	assert.False(t, ok, "its time is over")
	assert.Len(t, w.Files(faketest.Corp), 2)
}
