package queuelog

import (
	"encoding/binary"
	"fmt"
	"time"
)

// Kinds of records. A reader skips unknown kinds: the version of the file says whether it
// may.
const (
	kindItem     = 'i' // the new version of an item
	kindOver     = 'o' // items that are over
	kindStart    = 's' // items and how often they were started
	kindEnd      = 'e' // last record of a put file that was ended regularly
	kindIdentity = 'n' // an identity
)

// Status is the state of an item.
type Status byte

const (
	Waiting Status = iota
	Later          // out of its lane until Due
	Closed         // first of its lane, which is closed until Due
	Dead
)

// Item is a stored item. Its ID is its arrival number.
type Item struct {
	ID                     uint64
	Route, Lane            string
	Urgent                 bool
	Settled                bool    // it was started before, even if Starts is 0
	Control                Control // not None: a request to the worker, no item of the queue
	Identity, Same, Reason string
	Status                 Status
	Starts                 int
	Put, Due               time.Time     // in whole milliseconds
	After                  time.Duration // in whole milliseconds: time until Due when it was set; 0: unknown
	State, Payload         []byte
}

// Control is a request of another process to the worker. The payload of such an item is a
// list of ids, see [Item.IDs].
type Control byte

const (
	NoControl Control = iota
	Retry             // try buried items again
	Discard           // delete buried items
)

const (
	flagUrgent  = 1
	flagSettled = 2
	flagAfter   = 4
)

// EncodeIDs makes the payload of an item with a Control.
func EncodeIDs(ids []uint64) []byte { return appendOver(nil, ids) }

// IDs reads the payload of an item with a Control.
func (it *Item) IDs() ([]uint64, error) { return decodeOver(it.Payload) }

func (it *Item) size() int {
	return 64 + len(it.Route) + len(it.Lane) + len(it.Identity) + len(it.Same) + len(it.Reason) + len(it.State) + len(it.Payload)
}

// Fits returns an error if the item is too large.
func (it *Item) Fits() error {
	if it.size() > maxBody {
		return fmt.Errorf("an item is %w", ErrTooLarge)
	}
	return nil
}

// append encodes an item. count is the number of items in the file, including this one.
func (it *Item) append(b []byte, count uint32) []byte {
	var flags byte
	if it.Urgent {
		flags |= flagUrgent
	}
	if it.Settled {
		flags |= flagSettled
	}
	if it.After > 0 {
		flags |= flagAfter
	}
	b = binary.LittleEndian.AppendUint64(b, it.ID)
	b = binary.LittleEndian.AppendUint32(b, count)
	b = append(b, flags, byte(it.Status), byte(it.Control))
	b = appendTime(appendTime(b, it.Put), it.Due)
	b = binary.AppendUvarint(b, uint64(max(0, it.Starts)))
	if flags&flagAfter != 0 {
		b = binary.AppendUvarint(b, uint64(it.After.Milliseconds()))
	}
	for _, s := range []string{it.Route, it.Lane, it.Identity, it.Same, it.Reason} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	b = append(binary.AppendUvarint(b, uint64(len(it.State))), it.State...)
	return append(b, it.Payload...)
}

func appendTime(b []byte, t time.Time) []byte {
	var ms int64
	if !t.IsZero() {
		ms = t.UnixMilli()
	}
	return binary.LittleEndian.AppendUint64(b, uint64(ms))
}

// decoder reads a body. After an error it only returns zeros.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) take(n uint64) []byte {
	if d.bad || n > uint64(len(d.b)) {
		d.bad, d.b = true, nil
		return nil
	}
	v := d.b[:n:n]
	d.b = d.b[n:]
	return v
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) uint32() uint32 {
	if b := d.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (d *decoder) uint64() uint64 {
	if b := d.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) bytes() []byte { return d.take(d.uvarint()) }

func (d *decoder) time() time.Time {
	if ms := int64(d.uint64()); ms != 0 {
		return time.UnixMilli(ms)
	}
	return time.Time{}
}

func (d *decoder) err() error {
	if d.bad {
		return fmt.Errorf("a record is %w", ErrDamaged)
	}
	return nil
}

// decodeItem reads an item. State and Payload are part of body.
func decodeItem(body []byte) (it Item, count uint32, err error) {
	d := decoder{b: body}
	it.ID, count = d.uint64(), d.uint32()
	flags := d.byte()
	it.Urgent, it.Settled = flags&flagUrgent != 0, flags&flagSettled != 0
	it.Status, it.Control = Status(d.byte()), Control(d.byte())
	it.Put, it.Due = d.time(), d.time()
	it.Starts = int(min(d.uvarint(), 1<<30))
	if flags&flagAfter != 0 {
		it.After = time.Duration(min(d.uvarint(), 1<<40)) * time.Millisecond
	}
	for _, s := range []*string{&it.Route, &it.Lane, &it.Identity, &it.Same, &it.Reason} {
		*s = string(d.bytes())
	}
	it.State = d.bytes()
	it.Payload = d.b
	if it.Status > Dead {
		d.bad = true
	}
	return it, count, d.err()
}

// started is an item and how often it was started.
type started struct {
	id     uint64
	starts uint32
}

func appendOver(b []byte, ids []uint64) []byte {
	for _, id := range ids {
		b = binary.LittleEndian.AppendUint64(b, id)
	}
	return b
}

func decodeOver(body []byte) (ids []uint64, err error) {
	d := decoder{b: body}
	for len(d.b) > 0 {
		ids = append(ids, d.uint64())
	}
	return ids, d.err()
}

func appendStarts(b []byte, list []started) []byte {
	for _, s := range list {
		b = binary.LittleEndian.AppendUint64(b, s.id)
		b = binary.LittleEndian.AppendUint32(b, s.starts)
	}
	return b
}

func decodeStarts(body []byte) (list []started, err error) {
	d := decoder{b: body}
	for len(d.b) > 0 {
		list = append(list, started{d.uint64(), d.uint32()})
	}
	return list, d.err()
}

// ending is the record at the end of a put file.
type ending struct {
	last  uint64 // id
	count uint32 // of items
}

func (e ending) append(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint64(b, e.last), e.count)
}

func decodeEnding(body []byte) (e ending, err error) {
	d := decoder{b: body}
	e = ending{d.uint64(), d.uint32()}
	return e, d.err()
}

// identity is an identity with the id and the time of its item.
type identity struct {
	text string
	id   uint64
	put  time.Time
}

func (v identity) append(b []byte) []byte {
	return append(appendTime(binary.LittleEndian.AppendUint64(b, v.id), v.put), v.text...)
}

func decodeIdentity(body []byte) (v identity, err error) {
	d := decoder{b: body}
	v.id, v.put = d.uint64(), d.time()
	v.text = string(d.b)
	return v, d.err()
}
