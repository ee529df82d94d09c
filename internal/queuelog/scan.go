package queuelog

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
)

// errTail: there is no further complete frame yet.
var errTail = errors.New("end of what was written")

// damage is a part of a file that is no valid frame.
type damage struct {
	name     string
	from, to int64
}

func (d *damage) Error() string {
	return fmt.Sprintf("bytes %d to %d of %s are damaged", d.from, d.to, d.name)
}

func (d *damage) Is(target error) bool { return target == ErrDamaged }

const readAhead = 128 << 10

// scanner reads the frames of a file that may still grow.
type scanner struct {
	disk  Disk
	path  string
	seed  uint32
	off   int64 // of the next frame
	buf   []byte
	limit int64 // where reading ends
}

func newScanner(d Disk, path string, off int64) *scanner {
	return &scanner{disk: d, path: path, seed: seedOf(filepath.Base(path)), off: off, limit: math.MaxInt64}
}

// fill reads until buf has need bytes, or the file ends.
func (s *scanner) fill(need int) error {
	for len(s.buf) < need {
		from := s.off + int64(len(s.buf))
		n := int(min(s.limit-from, int64(max(need-len(s.buf), readAhead))))
		if n <= 0 {
			return nil
		}
		buf := append(make([]byte, 0, len(s.buf)+n), s.buf...)
		n, err := s.disk.ReadAt(s.path, buf[len(buf):cap(buf)], from)
		s.buf = buf[:len(buf)+n]
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// peek parses the frame at off.
func (s *scanner) peek() (frame, int, verdict, error) {
	f, size, v := parseFrame(s.buf, s.seed)
	if v != short {
		return f, size, v, nil
	}
	if err := s.fill(max(frameHead, size)); err != nil {
		return f, 0, short, err
	}
	if f, size, v = parseFrame(s.buf, s.seed); v != short {
		return f, size, v, nil
	}
	err := s.fill(size) // now with the body
	if err == nil {
		f, size, v = parseFrame(s.buf, s.seed)
	}
	return f, size, v, err
}

func (s *scanner) advance(n int) {
	s.off += int64(n)
	s.buf = s.buf[min(n, len(s.buf)):]
}

// next returns the next frame and its position. Its body is valid until the next call. The
// error is errTail, a *damage that was skipped, or a read error; after each of them the next
// call goes on.
func (s *scanner) next() (f frame, at int64, size int, err error) {
	f, size, v, err := s.peek()
	if err != nil {
		return frame{}, s.off, 0, err
	}
	switch v {
	case good:
		at = s.off
		s.advance(size)
		return f, at, size, nil
	case bad:
		return frame{}, s.off, 0, s.skip(size)
	}
	s.buf = nil // read the rest again when the file has grown
	return frame{}, s.off, 0, errTail
}

// skip moves to the next frame after a damaged one, whose size is known or 0. Damage up to
// the end of the file may be a frame that is being written, or was being written when its
// writer died.
func (s *scanner) skip(size int) error {
	from := s.off
	s.advance(max(size, 1))
	for {
		if err := s.fill(frameHead); err != nil {
			s.off, s.buf = from, nil
			return err
		}
		if len(s.buf) < frameHead {
			s.off, s.buf = from, nil
			return errTail
		}
		if _, size, v := parseFrame(s.buf, s.seed); v != bad || size > 0 {
			return &damage{filepath.Base(s.path), from, s.off}
		}
		s.advance(1)
	}
}
