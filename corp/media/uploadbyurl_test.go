package media_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWaitUpload(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, asked := corptest.Script(t, `{"status":1}`, `{"errcode":45009}`, `{"status":"2","detail":{"media_id":"3abc","created_at":"1767240000"}}`)
		began := time.Now()
		job, err := media.WaitUpload(api, "job", 0)
		require.NoError(t, err)
		assert.Equal(t, media.UploadDetail{MediaId: "3abc", CreatedAt: 1767240000}, job.Detail)
		assert.Equal(t, 20*time.Second, time.Since(began))
		assert.Len(t, asked(), 3)

		api, _ = corptest.Script(t, `{"status":3,"detail":{"errcode":301019,"errmsg":"md5 mismatch"}}`)
		job, err = media.WaitUpload(api, "job", 0)
		require.ErrorIs(t, err, token.Code(301019))
		assert.Equal(t, media.JobFailed, job.Status)

		api, _ = corptest.Script(t, `{"status":7}`)
		_, err = media.WaitUpload(api, "job", 0)
		require.ErrorContains(t, err, "unknown status 7")
		assert.True(t, errors.Is(media.UploadJob{Status: media.JobRunning}.Err(), media.ErrRunning))
	})
}

// G: endpoint/checked
func TestUrlUploadsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	good := media.UrlUpload{Scene: media.SceneGroupWelcome, Type: media.TypeVideo, FileName: "a.mp4", Url: "https://x.example", Md5: strings.Repeat("0", 32)}
	for want, change := range map[string]func(*media.UrlUpload){
		"scene is 0":        func(u *media.UrlUpload) { u.Scene = 0 },
		`type is "image"`:   func(u *media.UrlUpload) { u.Type = media.TypeImage },
		"filename is empty": func(u *media.UrlUpload) { u.FileName = "" },
		"filename has 129":  func(u *media.UrlUpload) { u.FileName = strings.Repeat("a", 129) },
		"url has 1025":      func(u *media.UrlUpload) { u.Url = strings.Repeat("a", 1025) },
		"url is empty":      func(u *media.UrlUpload) { u.Url = "" },
		"md5 has 33":        func(u *media.UrlUpload) { u.Md5 += "0" },
	} {
		u := good
		change(&u)
		_, err := media.UploadByUrl(api, u)
		assert.ErrorContains(t, err, want)
	}
	_, err := media.GetUploadByUrlResult(api, "")
	assert.ErrorContains(t, err, "jobid is empty")
}
