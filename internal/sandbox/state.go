package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gothird/wecom/internal/durable"
)

// The saved state of a world is one file in a folder: a line of JSON that says what it is, see
// stateHead, and what package snapshot writes of the world and its engine, under one lock, so that
// it is the world of one moment. Every part of the engine lists what is saved of its structs; a
// field that a part forgets fails each test that saves.
//
// The file is written anew, and put in the place of the old one: at most every second, and only
// after changes; rarely enough that it takes a twentieth of the time; and at the end. So a crash
// costs the last second. What is in the way of reading it is an error of [New], and the file stays.
//
// Not in it is the change feed: its readers see a gap. The logs of requests and pushes are, as far
// as they are kept at all; a request that was under way stays without an answer. A push that was not
// at its end is tried again after the start, as often as it still may be, byte for byte as before:
// like a push of WeCom that comes late.
const (
	stateFile   = "sandbox.state"
	stateLock   = "sandbox.lock"
	stateFormat = 1
	mostState   = 1 << 30 // bytes
)

// stateHead is the first line of a file.
type stateHead struct {
	Format int      `json:"format"` // of the file
	Seed   string   `json:"seed"`
	CorpId string   `json:"corp_id"` // of the provider
	Suites []string `json:"suites"`
	SHA256 string   `json:"sha256"` // of what follows
}

// folder is where a world keeps its state.
type folder struct {
	dir  string
	held *durable.Held
}

// openFolder makes the folder if need be, and keeps others from it.
func openFolder(dir string) (*folder, error) {
	dir, err := durable.PrivateDir(dir)
	if err != nil {
		return nil, fmt.Errorf("sandbox: the folder of the state cannot be used: %w: give one of your own that others cannot write to", err)
	}
	held, err := tryHeld(dir)
	if errors.Is(err, durable.ErrLocked) {
		return nil, fmt.Errorf("sandbox: another sandbox keeps its state in %s: end it, or give another folder", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("sandbox: the folder of the state cannot be locked: %w", err)
	}
	f := &folder{dir, held}
	if err := f.sweep(); err != nil {
		held.Unlock()
		return nil, err
	}
	return f, nil
}

func tryHeld(dir string) (*durable.Held, error) {
	return durable.TryHold(filepath.Join(dir, stateLock))
}

// sweep removes what a process that died was writing.
func (f *folder) sweep() error {
	list, err := os.ReadDir(f.dir)
	if err != nil {
		return fmt.Errorf("sandbox: the folder of the state cannot be read: %w", err)
	}
	for _, x := range list {
		if durable.IsTemp(x.Name()) {
			_ = os.Remove(filepath.Join(f.dir, x.Name())) // it is only in the way of nobody
		}
	}
	return nil
}

func (f *folder) path() string { return filepath.Join(f.dir, stateFile) }

// write replaces the file.
func (f *folder) write(head stateHead, state []byte) error {
	sum := sha256.Sum256(state)
	head.Format, head.SHA256 = stateFormat, hex.EncodeToString(sum[:])
	line, err := json.Marshal(head)
	if err != nil {
		return err
	}
	text := slices.Concat(line, []byte("\n"), state)
	switch {
	case len(text) > mostState:
		return fmt.Errorf("sandbox: the state has more than %d bytes: POST /api/v1/reset begins anew", mostState)
	case !f.held.Valid():
		return fmt.Errorf("sandbox: the lock of %s is gone: another sandbox may use the folder", f.dir)
	}
	return durable.WriteFile(f.path(), text)
}

// read reads the file; nil: there is none.
func (f *folder) read(want stateHead) (state []byte, err error) {
	text, err := readAll(f.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		state, err = parseState(text, want)
	}
	if err != nil {
		return nil, fmt.Errorf("sandbox: the state in %s cannot be used: %w", f.path(), err)
	}
	return state, nil
}

func readAll(path string) ([]byte, error) {
	file, err := durable.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostState+1))
	if err == nil && len(text) > mostState {
		err = fmt.Errorf("it has more than %d bytes", mostState)
	}
	return text, err
}

var errBroken = errors.New("it is broken: move it away to begin anew, or bring a copy back")

// parseState checks that a file is whole, and of the world that is wanted.
func parseState(text []byte, want stateHead) (state []byte, err error) {
	line, state, ok := bytes.Cut(text, []byte("\n"))
	var head stateHead
	if !ok || json.Unmarshal(line, &head) != nil || head.Format < 1 {
		return nil, errBroken
	}
	if head.Format > stateFormat {
		return nil, fmt.Errorf("a newer version of wecom has written it (format %d, this version knows %d): use that version, or give another folder", head.Format, stateFormat)
	}
	if sum := sha256.Sum256(state); hex.EncodeToString(sum[:]) != head.SHA256 {
		return nil, errBroken
	}
	return state, head.differs(want)
}

// differs says what of the configuration is another than that of the file.
func (head stateHead) differs(want stateHead) error {
	const but = "it was made with the %s %q, not %q: start with the same, or give another folder"
	switch {
	case head.Seed != want.Seed:
		return fmt.Errorf(but, "seed", head.Seed, want.Seed)
	case head.CorpId != want.CorpId:
		return fmt.Errorf(but, "provider", head.CorpId, want.CorpId)
	case !slices.Equal(head.Suites, want.Suites):
		return fmt.Errorf(but, "apps", head.Suites, want.Suites)
	}
	return nil
}
