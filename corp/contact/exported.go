package contact

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/gothird/wecom/internal/lenient"
	"github.com/gothird/wecom/token"
)

// ExportedUsers fetches the files of [ExportUser] or [ExportSimpleUser], decrypts them and walks
// the members. It never holds a whole file. It stops at the first error. If a file does not have
// the size or MD5 that WeCom named, the error comes after its members.
func ExportedUsers(api *token.Api, files []ExportFile, key string) iter.Seq2[User, error] {
	return exported[User](api, files, key, "userlist")
}

// ExportedDepartments walks the departments in the files of [ExportDepartment], as
// [ExportedUsers] does.
func ExportedDepartments(api *token.Api, files []ExportFile, key string) iter.Seq2[Department, error] {
	return exported[Department](api, files, key, "department")
}

// ExportedTag reads the members and departments of a tag from the files of [ExportTagUser].
func ExportedTag(api *token.Api, files []ExportFile, key string) (*Tagged, error) {
	var all Tagged
	for _, file := range files {
		more, err := readTagged(api, file, key)
		if err != nil {
			return nil, fmt.Errorf("wecom: a file of the export: %w", err)
		}
		all.TagName = more.TagName
		all.UserList = append(all.UserList, more.UserList...)
		all.PartyList = append(all.PartyList, more.PartyList...)
	}
	return &all, nil
}

func readTagged(api *token.Api, file ExportFile, key string) (t Tagged, err error) {
	r, err := OpenExport(api, file, key)
	if err != nil {
		return t, err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err == nil {
		_, err = lenient.Unmarshal(text, &t)
	}
	if _, ok := lenient.Find(text, "tagname"); err == nil && !ok {
		err = lacks("tagname")
	}
	return t, err
}

func exported[T any](api *token.Api, files []ExportFile, key, field string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, file := range files {
			switch err := exportedIn(api, file, key, field, yield); {
			case errors.Is(err, errLeft):
				return
			case err != nil:
				var none T
				yield(none, fmt.Errorf("wecom: a file of the export: %w", err))
				return
			}
		}
	}
}

var errLeft = errors.New("the caller has left")

// exportedIn walks a list in one file, and reads the file to its end.
func exportedIn[T any](api *token.Api, file ExportFile, key, field string, yield func(T, error) bool) error {
	r, err := OpenExport(api, file, key)
	if err != nil {
		return err
	}
	defer r.Close()
	d := json.NewDecoder(blank{withoutMark(r)})
	if err := enter(d, '{'); err != nil {
		return err
	}
	err = lacks(field)
	for d.More() {
		name, broken := d.Token()
		if broken != nil {
			return broken
		}
		if name == field {
			err, broken = nil, each(d, yield)
		} else {
			broken = d.Decode(new(json.RawMessage))
		}
		if broken != nil {
			return broken
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	return cmp.Or(end(d), err)
}

// lacks is the error of a file that is of another kind of export.
func lacks(field string) error {
	return fmt.Errorf("it has no %s: is it of another export?", field)
}

// withoutMark leaves out a byte-order mark.
func withoutMark(r io.Reader) io.Reader {
	const mark = "\xef\xbb\xbf"
	b := bufio.NewReader(r)
	if begin, _ := b.Peek(len(mark)); string(begin) == mark {
		_, _ = b.Discard(len(mark)) // they are there
	}
	return b
}

// end reads the file to its end, where it is checked.
func end(d *json.Decoder) error {
	more, err := d.Token()
	switch {
	case err == nil:
		return fmt.Errorf("it goes on behind its end with %v", more)
	case errors.Is(err, io.EOF):
		return nil
	}
	return err
}

// each walks a list, which may be null.
func each[T any](d *json.Decoder, yield func(T, error) bool) error {
	begin, err := d.Token()
	switch {
	case err != nil || begin == nil:
		return err
	case begin != json.Delim('['):
		return fmt.Errorf("%v is no list", begin)
	}
	for d.More() {
		var text json.RawMessage
		if err := d.Decode(&text); err != nil {
			return err
		}
		var item T
		if _, err := lenient.Unmarshal(text, &item); err != nil {
			return err
		}
		if !yield(item, nil) {
			return errLeft
		}
	}
	_, err = d.Token()
	return err
}

// enter reads a delimiter.
func enter(d *json.Decoder, want json.Delim) error {
	got, err := d.Token()
	if err != nil {
		return fmt.Errorf("it is no JSON, or the key is another: %w", err)
	}
	if got != want {
		return fmt.Errorf("it begins with %v instead of %v", got, want)
	}
	return nil
}

// blank reads control characters as blanks: in a name they are no JSON.
type blank struct{ r io.Reader }

func (b blank) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	for i, c := range p[:n] {
		if c < ' ' {
			p[i] = ' '
		}
	}
	return n, err
}
