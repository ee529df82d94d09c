package wecomtest_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// content reads a file of the corp.
func content(t *testing.T, f *media.Reader, err error) []byte {
	t.Helper()
	require.NoError(t, err)
	defer f.Close()
	data, err := io.ReadAll(f)
	require.NoError(t, err)
	return data
}

// Files live three days; one that WeCom fetches from a site of the test comes in parts.
// G: wecomtest/files
func TestFilesAreKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom := wecomtest.New(t, wecomtest.Choices{JobDelay: time.Minute})
		corp := wecom.Install(wecomtest.Corp{})
		api := corp.Api()
		up, err := media.Upload(api, media.TypeFile, wire.Bytes("三月.pdf", []byte("%PDF-1.7")))
		require.NoError(t, err)
		f, err := media.Get(api, up.MediaId)
		assert.Equal(t, "%PDF-1.7", string(content(t, f, err)))
		assert.Equal(t, "三月.pdf", f.Name)

		film := bytes.Repeat([]byte("1234ftyp"), 41<<20/8)
		wecom.Site("files.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "film.mp4", time.Time{}, bytes.NewReader(film))
		}))
		sum := md5.Sum(film)
		job, err := media.UploadByUrl(api, media.UrlUpload{Scene: media.SceneGroupWelcome, Type: media.TypeVideo, FileName: "film.mp4", Url: "https://files.example/film.mp4", Md5: hex.EncodeToString(sum[:])})
		require.NoError(t, err)
		begun := time.Now()
		done, err := media.WaitUpload(api, job, 0)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(begun), time.Minute)
		f, err = media.Get(api, done.Detail.MediaId)
		assert.True(t, bytes.Equal(film, content(t, f, err)))

		voice := corp.File("", []byte("speex"))
		f, err = media.GetJsSdk(api, voice)
		assert.Equal(t, "speex", string(content(t, f, err)))
		wecom.Advance(3*24*time.Hour + time.Second)
		_, err = media.Get(api, up.MediaId)
		require.ErrorIs(t, err, token.Code(40007))
	})
}

// An export is fetched and decrypted, in process and by the port.
// G: wecomtest/files
func TestAddressBookIsExported(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	corp := wecom.Install(bakery)
	cfg := wecom.Config()
	cfg.HTTPClient, cfg.BaseURL = nil, "http://"+wecom.Addr()
	remote, err := token.New(cfg)
	require.NoError(t, err)
	for name, api := range map[string]*token.Api{"in process": corp.Api(), "by the port": remote.WithCorp(corp.Id)} {
		key := contact.NewExportKey()
		job, err := contact.ExportUser(api, key, 0)
		require.NoError(t, err)
		files, err := contact.WaitExport(api, job, time.Millisecond)
		require.NoError(t, err, name)
		assert.Equal(t, []string{"woLin", "woZhou", "woChen"}, userIds(t, contact.ExportedUsers(api, files, key), func(u contact.User) string { return u.UserId }), name)
		job, err = contact.ExportDepartment(api, key, 0)
		require.NoError(t, err)
		files, err = contact.WaitExport(api, job, time.Millisecond)
		require.NoError(t, err)
		n := 0
		for _, err := range contact.ExportedDepartments(api, files, key) {
			require.NoError(t, err)
			n++
		}
		assert.Equal(t, 4, n, name)
	}
}

// A file of members is imported, and its end told where the app has said.
// G: wecomtest/files
func TestAddressBookIsImported(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t, wecomtest.Choices{EditContacts: true})
	corp := wecom.Install(bakery)
	own := callback.URL{Channel: callback.App, Token: "importToken", EncodingAESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", ReceiveIds: []string{corp.Id}}
	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	ended := make(chan *callback.BatchJobEvent, 1)
	callback.On(inbox, func(_ context.Context, _ *callback.Notice, e *callback.BatchJobEvent) error { ended <- e; return nil })
	h, err := inbox.Handler(wecom.Api(), own)
	require.NoError(t, err)
	wecom.Site("app.example", h)
	wecom.Go(inbox.Run)

	up, err := media.Upload(corp.Api(), media.TypeFile, wire.Bytes("members.csv", []byte("姓名,帐号,手机号,所在部门\nFay,fay,13900000006,1\nDeng,deng,,1\n")))
	require.NoError(t, err)
	job, err := contact.BatchSyncUser(corp.Api(), contact.Import{MediaId: up.MediaId, Callback: &contact.Callback{Url: "https://app.example/import", Token: own.Token, EncodingAESKey: own.EncodingAESKey}})
	require.NoError(t, err)
	e := <-ended
	assert.Equal(t, []any{job, "sync_user", 0}, []any{e.BatchJob.JobId, e.BatchJob.JobType, e.BatchJob.ErrCode})
	res, err := contact.WaitImport(corp.Api(), job, time.Millisecond)
	require.NoError(t, err)
	assert.Equal(t, []contact.ImportLine{{ErrMsg: "ok", UserId: "fay"}, {ErrCode: 60129, ErrMsg: "mobile and email are both empty", UserId: "deng"}}, res.Result)
	fay, err := contact.UserGet(corp.Api(), "wofay")
	require.NoError(t, err)
	assert.Equal(t, "Fay", fay.Name)
}

// The ends of jobs come to the app, in the form of its kind.
// G: wecomtest/files
func TestEndsOfJobsAreTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts    []wecomtest.Option
		channel string
	}{
		"XML":        {nil, "InfoType"},
		"JSON":       {[]wecomtest.Option{wecomtest.Choices{JSON: true}}, "InfoType"},
		"customised": {[]wecomtest.Option{wecomtest.Suites(0), wecomtest.Customized(1)}, "Event"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wecom := wecomtest.New(t, c.opts...)
			jobs, uploads := jobsOf(t, wecom)
			corp := wecom.Install(bakery)
			job, err := contact.ExportDepartment(corp.Api(), contact.NewExportKey(), 0)
			require.NoError(t, err)
			e := <-jobs
			assert.Equal(t, callback.BatchJob{JobId: job, JobType: "export_department", ErrMsg: "ok"}, e.BatchJob)
			wecom.Site("files.example", http.NotFoundHandler())
			job, err = media.UploadByUrl(corp.Api(), media.UrlUpload{Scene: media.SceneGroupWelcome, Type: media.TypeFile, FileName: "a", Url: "https://files.example/a", Md5: "0"})
			require.NoError(t, err)
			assert.Equal(t, job, (<-uploads).JobId)
			_, err = media.WaitUpload(corp.Api(), job, time.Millisecond)
			require.ErrorIs(t, err, token.Code(830003), "it is not there")
			var told []string
			for _, d := range wecom.Deliveries() {
				require.NoError(t, d.Err())
				if strings.Contains(d.Payload, "export_department") {
					told = append(told, d.Payload)
				}
			}
			require.Len(t, told, 1)
			assert.Contains(t, told[0], c.channel)
		})
	}
}

// jobsOf is an app that hands on the ends of jobs.
func jobsOf(t *testing.T, wecom *wecomtest.WeCom) (<-chan *callback.BatchJobEvent, <-chan *callback.JobEvent) {
	t.Helper()
	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	jobs, uploads := make(chan *callback.BatchJobEvent, 1), make(chan *callback.JobEvent, 1)
	callback.On(inbox, func(_ context.Context, _ *callback.Notice, e *callback.BatchJobEvent) error { jobs <- e; return nil })
	callback.On(inbox, func(_ context.Context, _ *callback.Notice, e *callback.JobEvent) error { uploads <- e; return nil })
	h, err := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
	require.NoError(t, err)
	wecom.Deliver(wecom.Api(), callback.App, h)
	wecom.Go(inbox.Run)
	return jobs, uploads
}

// A site that is not the app's own is asked over the network, and one that says no to parts is
// refused.
// G: wecomtest/files
func TestSitesThatDoNotKnowRange(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	corp := wecom.Install(wecomtest.Corp{})
	whole := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("%PDF-1.7")) })
	remote := httptest.NewServer(whole)
	defer remote.Close()
	wecom.Site("files.example:8443", whole)
	for _, site := range []string{"https://files.example:8443", remote.URL} {
		job, err := media.UploadByUrl(corp.Api(), media.UrlUpload{Scene: media.SceneGroupWelcome, Type: media.TypeFile, FileName: "a", Url: site + "/a", Md5: "0"})
		require.NoError(t, err)
		_, err = media.WaitUpload(corp.Api(), job, time.Millisecond)
		require.ErrorIs(t, err, token.Code(830001), site)
	}
}
