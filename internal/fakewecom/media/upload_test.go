package media

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMediaLivesThreeDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := w.post("/cgi-bin/media/upload", url.Values{"type": {"file"}}, "报表.pdf", "%PDF-1")
	assert.Equal(t, "file", up["type"])
	assert.Equal(t, "1760000000", up["created_at"])
	id, _ := up["media_id"].(string)
	res, data := w.fetched("/cgi-bin/media/get", id, "")
	assert.Equal(t, `attachment; filename="报表.pdf"`, res.Header.Get("Content-Disposition"))
	assert.Equal(t, "application/octet-stream", res.Header.Get("Content-Type"))
	assert.Equal(t, "%PDF-1", data)
	_, data = w.fetched("/cgi-bin/media/get", "3nothing", "")
	assert.Contains(t, data, `"errcode":40007`)
	w.Clock.Add(mediaLife - time.Second)
	_, data = w.fetched("/cgi-bin/media/get", id, "")
	assert.Equal(t, "%PDF-1", data)
	w.Clock.Add(time.Second)
	_, data = w.fetched("/cgi-bin/media/get", id, "")
	assert.Contains(t, data, `"errcode":40007`)
}

// What another corp has uploaded is not there.
func TestMediaIsOfOneCorp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	read := w.Uploaded()
	id := w.uploaded(kindImage, begun(kindImage, 9))
	kind, data, ok := read(faketest.Corp, id)
	assert.Equal(t, []any{kindImage, begun(kindImage, 9), true}, []any{kind, string(data), ok})
	_, _, ok = read("wpOther", id)
	assert.False(t, ok)
}

// The largest and the smallest of each kind are taken, and nothing beyond.
func TestSizesAndKindsOfMedia(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := func(kind, data string) int {
		return faketest.Errcode(w.post("/cgi-bin/media/upload", url.Values{"type": {kind}}, "a", data))
	}
	for kind, size := range map[string]int{kindImage: 10 << 20, kindVoice: 2 << 20, kindVideo: 10 << 20, kindFile: 20 << 20} {
		require.NoError(t, fits(kind, []byte(begun(kind, size)), most(kind)), kind)
		refused, _ := platform.CodeOf(fits(kind, []byte(begun(kind, size+1)), most(kind)))
		assert.Equal(t, codeTooLarge, refused, kind)
		assert.Equal(t, codeSize, code(kind, begun(kind, 9)[:5]), kind)
		assert.Zero(t, code(kind, begun(kind, 9)), kind)
	}
	assert.Zero(t, code(kindFile, begun(kindFile, 20<<20)))
	assert.Equal(t, codeTooLarge, code(kindVoice, begun(kindVoice, 2<<20+1)))
	for _, kind := range []string{kindImage, kindVoice, kindVideo} {
		assert.Equal(t, codeBadType, code(kind, "GIF89a"), kind)
	}
	assert.Zero(t, code(kindFile, "GIF89a"))
	assert.Equal(t, codeBadKind, code("audio", "GIF89a"))
}

// Attachments are good for their scene, and not for messages.
func TestAttachments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	post := func(kind, scene, data string) obj {
		return w.post("/cgi-bin/media/upload_attachment", url.Values{"media_type": {kind}, "attachment_type": {scene}}, "a", data)
	}
	out := post(kindVideo, "1", begun(kindVideo, 10))
	assert.EqualValues(t, 1760000000, out["created_at"])
	assert.Equal(t, kindVideo, out["type"])
	id, _ := out["media_id"].(string)
	_, _, ok := w.Uploaded()(faketest.Corp, id)
	assert.False(t, ok)
	scene, ok := w.Attached()(faketest.Corp, id)
	assert.Equal(t, []any{"1", true}, []any{scene, ok})
	for _, id := range []string{w.uploaded(kindImage, begun(kindImage, 9)), "3nothing"} {
		_, ok = w.Attached()(faketest.Corp, id)
		assert.False(t, ok, id)
	}
	_, data := w.fetched("/cgi-bin/media/get", id, "")
	assert.Equal(t, begun(kindVideo, 10), data)
	assert.Equal(t, codeBadKind, faketest.Errcode(post(kindVoice, "1", begun(kindVoice, 10))))
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(post(kindFile, "3", begun(kindFile, 10))))
	assert.Equal(t, codeTooLarge, faketest.Errcode(post(kindFile, "2", begun(kindFile, 10<<20+1))))
	assert.Zero(t, faketest.Errcode(post(kindFile, "2", begun(kindFile, 10<<20))))
}

// An image of uploadimg has an address that needs no token and never ends.
func TestImagesThatStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	post := func(data string) obj { return w.post("/cgi-bin/media/uploadimg", nil, "a.png", data) }
	link, _ := post(png + "rest")["url"].(string)
	w.Clock.Add(10 * 365 * 24 * time.Hour)
	res, err := http.Get(link)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.Equal(t, "image/png", res.Header.Get("Content-Type"))
	assert.EqualValues(t, len(png+"rest"), res.ContentLength)
	assert.Equal(t, codeBadType, faketest.Errcode(post("GIF89a")))
	assert.Equal(t, codeTooLarge, faketest.Errcode(post(begun(kindImage, 2<<20+1))))
}

// A corp has a thousand images a day, three thousand a month.
func TestImagesOfAMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	post := func() int { return faketest.Errcode(w.post("/cgi-bin/media/uploadimg", nil, "a.png", png)) }
	require.Zero(t, post())
	now := w.Clock.Now()
	at := month{faketest.Corp, now.Year(), now.Month()}
	w.Locked(func() { w.images[at][now.Day()] = imagesInDay - 1 })
	assert.Zero(t, post())
	assert.Equal(t, codeTooOften, post())
	w.Clock.Add(24 * time.Hour)
	assert.Zero(t, post())
	w.Locked(func() { w.images[at][now.Day()-1] = imagesInMonth - imagesInDay - 1 })
	assert.Equal(t, codeTooOften, post())
	w.Clock.Add(31 * 24 * time.Hour)
	assert.Zero(t, post())
}

// Locked is that of the host.
func (w *world) Locked(do func()) { w.host.Locked(do) }
