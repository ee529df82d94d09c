// Package media uploads and downloads files in a customer's corp (素材管理).
//
// No file is held in memory, however large. Most uploads are temporary: their media_id lives
// three days and is good for every app of the corp. What WeCom can only refuse (another kind
// of file, too large, empty) is refused before a request. An upload is a write: when its
// outcome is unknown ([token.ErrOutcomeUnknown]), doing it again does no harm.
package media

import (
	"fmt"
	"slices"
)

// Kinds of a file.
const (
	TypeImage = "image" // JPG or PNG, at most 10 MB
	TypeVoice = "voice" // AMR, at most 2 MB and 60 seconds
	TypeVideo = "video" // MP4, at most 10 MB
	TypeFile  = "file"  // at most 20 MB
)

const megabyte = 1 << 20

// oneOf refuses what is none of the values.
func oneOf(field, value string, values ...string) error {
	if !slices.Contains(values, value) {
		return fmt.Errorf("wecom: %s is %q: it must be one of %q", field, value, values)
	}
	return nil
}
