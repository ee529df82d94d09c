package media_test

import (
	"fmt"
	"log"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/media"
)

func ExampleUpload() {
	_, api := corptest.Connect()

	report := media.Bytes("三月报表.pdf", []byte("%PDF-1.7 …"))
	file, err := media.Upload(api, media.TypeFile, report)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("an id of", len(file.MediaId), "characters, good for three days")
	// Output: an id of 43 characters, good for three days
}
