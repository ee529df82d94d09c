package token

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func FuzzDecodeEntry(f *testing.F) {
	f.Add((&dirEntry{key: "k", value: []byte("v")}).encode())
	f.Add((&dirEntry{key: "\xff\n\"", value: []byte("\n\n"), expires: time.UnixMilli(1)}).encode())
	f.Add([]byte("wecom-store 1 0 00000000 \"k\"\n"))
	f.Add([]byte("wecom-store 1 +0 0 `k` x\n" + strings.Repeat("v", 100)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, wrong := decodeEntry(data); wrong == "" && !bytes.Equal(e.encode(), data) {
			t.Errorf("%q became %+v", data, e)
		}
		e := &dirEntry{key: string(data), value: data, expires: time.UnixMilli(int64(len(data)))}
		got, wrong := decodeEntry(e.encode())
		if wrong != "" || got.key != e.key || !bytes.Equal(got.value, e.value) {
			t.Errorf("%+v became %+v, %q", e, got, wrong)
		}
	})
}
