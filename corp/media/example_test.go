package media_test

import (
	"fmt"
	"io"
	"testing"

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
