package media_test

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

func ExampleUpload() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		uploaded, err := media.Upload(corp.Api(), media.TypeFile, wire.Bytes("三月报表.pdf", []byte("%PDF-1.7 …")))
		if err != nil {
			t.Fatal(err)
		}
		file, err := media.Get(corp.Api(), uploaded.MediaId)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		n, err := io.Copy(io.Discard, file)
		fmt.Println(file.Name, n, "bytes", err)
	})
	fmt.Println(err)
	// Output:
	// 三月报表.pdf 12 bytes <nil>
	// <nil>
}

// A large file lies on a server of your own; WeCom fetches it.
func ExampleUploadByUrl() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		film := bytes.Repeat([]byte("1234ftyp"), 1000) // an MP4
		wecom.Site("files.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "film.mp4", time.Time{}, bytes.NewReader(film)) // answers Range requests
		}))

		job, err := media.UploadByUrl(corp.Api(), media.UrlUpload{
			Scene: media.SceneGroupWelcome, Type: media.TypeVideo, FileName: "film.mp4",
			Url: "https://files.example/film.mp4", Md5: fmt.Sprintf("%x", md5.Sum(film)),
		})
		if err != nil {
			t.Fatal(err)
		}
		done, err := media.WaitUpload(corp.Api(), job, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("fetched:", done.Detail.MediaId != "")
	})
	fmt.Println(err)
	// Output:
	// fetched: true
	// <nil>
}

// An image for a welcome message, and one for moments.
func ExampleUploadAttachment() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		png := wire.Bytes("spring.png", []byte("\x89PNG\r\n\x1a\n…"))

		address, err := media.UploadImg(corp.Api(), png)
		fmt.Println("stays:", address != "", err)
		moment, err := media.UploadAttachment(corp.Api(), media.TypeImage, media.ForMoments, png)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("for three days:", moment.MediaId != "")
	})
	fmt.Println(err)
	// Output:
	// stays: true <nil>
	// for three days: true
	// <nil>
}
