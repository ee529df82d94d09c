package wire_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gothird/wecom/corp/wire"
)

// A file in memory, for media.Upload.
func ExampleBytes() {
	file := wire.Bytes("三月报表.csv", []byte("a,b\n1,2\n"))
	fmt.Println(file.Name, file.Size, "bytes")
	// Output: 三月报表.csv 8 bytes
}

// A file on disk: it is opened when it is sent, as often as necessary.
func ExamplePath() {
	dir, err := os.MkdirTemp("", "wecom")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "report.csv")
	if err := os.WriteFile(path, []byte("a,b\n1,2\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	file, err := wire.Path(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	content, err := file.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer content.Close()
	text, err := io.ReadAll(content)
	fmt.Println(file.Name, len(text) == int(file.Size), err)
	// Output: report.csv true <nil>
}
