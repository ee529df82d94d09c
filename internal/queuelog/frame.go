package queuelog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// A file begins with 8 bytes: magic, version, a newline. A frame is
//
//	2 bytes  mark
//	1 byte   kind of its record
//	1 byte   flags
//	4 bytes  length of the body
//	4 bytes  CRC of these, so that the next frame is found after a damaged body
//	n bytes  body
//	4 bytes  CRC of the body
//	4 bytes  length of the body again, to find the last frame of a file
//
// CRCs use Castagnoli's polynomial and begin with the CRC of the file's name, so that old
// disk blocks, or bytes inside a payload, are not read as frames of this file. Numbers are
// little-endian.
const (
	version    = 1
	magic      = "wecomq"
	headerSize = len(magic) + 2

	frameHead = 12
	frameTail = 8
	maxBody   = 16 << 20

	flagMore = 1 // the next frame belongs to this one: all of them are valid, or none
)

var (
	frameMark  = [2]byte{0xA7, 0x51}
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

func header() []byte { return append([]byte(magic), version, '\n') }

// checkHeader returns an error for a damaged or newer header. A damaged header loses no
// data: each frame has its own checks.
func checkHeader(h []byte) error {
	switch {
	case len(h) < headerSize || !bytes.HasPrefix(h, []byte(magic)) || h[headerSize-1] != '\n' || h[len(magic)] == 0:
		return fmt.Errorf("its header is %w", ErrDamaged)
	case h[len(magic)] > version:
		return ErrNewer
	}
	return nil
}

// seedOf returns the start value for the CRCs of a file.
func seedOf(name string) uint32 { return crc32.Checksum([]byte(name), castagnoli) }

type frame struct {
	kind byte
	more bool
	body []byte
}

// appendFrame appends a frame; fill appends its body.
func appendFrame(b []byte, seed uint32, kind byte, fill func([]byte) []byte) []byte {
	return appendFlagged(b, seed, kind, 0, fill)
}

func appendFlagged(b []byte, seed uint32, kind, flags byte, fill func([]byte) []byte) []byte {
	start := len(b)
	begin := [frameHead]byte{frameMark[0], frameMark[1], kind, flags}
	b = fill(append(b, begin[:]...))
	body := b[start+frameHead:]
	head := b[start:]
	binary.LittleEndian.PutUint32(head[4:], uint32(len(body)))
	binary.LittleEndian.PutUint32(head[8:], crc32.Update(seed, castagnoli, head[:8]))
	b = binary.LittleEndian.AppendUint32(b, crc32.Update(seed, castagnoli, body))
	return binary.LittleEndian.AppendUint32(b, uint32(len(body)))
}

// verdict is the result of parsing a frame.
type verdict int

const (
	good  verdict = iota
	short         // the beginning of a frame
	bad
)

// parseFrame reads the frame at the beginning of b. size is the size of the whole frame,
// also of a short or bad one with a valid head, else 0. The body is part of b.
func parseFrame(b []byte, seed uint32) (f frame, size int, v verdict) {
	if len(b) < frameHead {
		if n := min(len(b), len(frameMark)); !bytes.Equal(b[:n], frameMark[:n]) {
			return f, 0, bad
		}
		return f, 0, short
	}
	n := int(binary.LittleEndian.Uint32(b[4:]))
	if b[0] != frameMark[0] || b[1] != frameMark[1] || n > maxBody ||
		binary.LittleEndian.Uint32(b[8:]) != crc32.Update(seed, castagnoli, b[:8]) {
		return f, 0, bad
	}
	size = frameHead + n + frameTail
	if len(b) < size {
		return f, size, short
	}
	f = frame{kind: b[2], more: b[3]&flagMore != 0, body: b[frameHead : frameHead+n]}
	tail := b[frameHead+n:]
	if binary.LittleEndian.Uint32(tail) != crc32.Update(seed, castagnoli, f.body) ||
		int(binary.LittleEndian.Uint32(tail[4:])) != n {
		return f, size, bad
	}
	return f, size, good
}
