package media_test

import (
	"fmt"
	"io"
	"log"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/media"
)

func ExampleUpload() {
	_, api := corptest.Connect()

	uploaded, err := media.Upload(api, media.TypeFile, media.Bytes("三月报表.pdf", []byte("%PDF-1.7 …")))
	if err != nil {
		log.Fatal(err)
	}
	file, err := media.Get(api, uploaded.MediaId)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	n, err := io.Copy(io.Discard, file)
	fmt.Println(file.Name, n, "bytes", err)
	// Output: 三月报表.pdf 12 bytes <nil>
}
