package cgi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const minFile = 6 // bytes

// CheckFile returns an error for a file that WeCom does not take: one without a name, with
// less than 6 bytes, or with more than most.
func CheckFile(u *token.Upload, most int64) error {
	switch {
	case strings.ContainsAny(u.FileName, "\"\\\r\n\x00"):
		return fmt.Errorf("wecom: the file name %q has a quote, a backslash or a line break", u.FileName)
	case u.Open == nil:
		return errors.New("wecom: the file has no Open")
	case u.Size < minFile:
		return fmt.Errorf("wecom: the file %q has %d bytes: at least %d", u.FileName, u.Size, minFile)
	case u.Size > most:
		return fmt.Errorf("wecom: the file %q has %d bytes: at most %d", u.FileName, u.Size, most)
	}
	return check.Required("filename", u.FileName)
}
