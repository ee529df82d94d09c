package queuelog

import (
	"bytes"
	"fmt"
	"path/filepath"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// usage is how full the folder is, as far as a putting process knows.
type usage struct {
	read  time.Time
	items int
	bytes int64
	ends  map[string]counted // of put files
}

type counted struct {
	size  int64
	count uint32
}

const (
	usageAge = time.Second
	usageMin = 50 * time.Millisecond // interval of measuring while it is full
)

// take counts a request, if there is room for it.
func (u *usage) take(o *Options, r *request) bool {
	items, size := o.Items, o.Bytes
	if r.urgent {
		items, size = items+items/10, size+size/10
	}
	need := int64(0)
	for i := range r.items {
		need += int64(r.items[i].size())
	}
	if u.items+len(r.items) > items || u.bytes+need > size {
		return false
	}
	u.items, u.bytes = u.items+len(r.items), u.bytes+need
	return true
}

// admit returns ErrFull for a request that does not fit.
func (f *Folder) admit(r *request) error {
	if f.usage.read.IsZero() || clock.Since(f.usage.read).Abs() >= usageAge {
		if err := f.measure(); err != nil {
			return err
		}
	}
	if f.usage.take(&f.Options, r) {
		return nil
	}
	if clock.Since(f.usage.read).Abs() >= usageMin {
		if err := f.measure(); err != nil {
			return err
		}
		if f.usage.take(&f.Options, r) {
			return nil
		}
	}
	return ErrFull
}

// measure reads the sizes of all files. The file fill says how many items in put files are
// over.
func (f *Folder) measure() error {
	names, err := f.Disk.Names(f.dir)
	if err != nil {
		return err
	}
	u := usage{read: clock.Now(), ends: map[string]counted{}}
	for _, s := range names {
		n, ok := parseName(s)
		if !ok || n.suffix == idsSuffix {
			continue
		}
		path := filepath.Join(f.dir, s)
		size, err := f.Disk.Size(path)
		if err != nil {
			continue // it was removed meanwhile
		}
		u.bytes += size
		if n.suffix == putSuffix {
			u.items += int(f.countIn(&u, s, path, size))
		}
	}
	u.items = max(0, u.items+readFill(f.Disk, f.dir))
	f.usage = u
	return nil
}

// countIn returns the number of items in a put file.
func (f *Folder) countIn(u *usage, name, path string, size int64) uint32 {
	if s := f.segment; s != nil && s.name == name {
		return s.count
	}
	c := f.usage.ends[name]
	if c.size != size {
		end, err := lastOf(f.Disk, path)
		if err != nil {
			return c.count
		}
		c = counted{size, end.count}
	}
	u.ends[name] = c
	return c.count
}

// readFill returns the number to add to the items in put files to get the number of live
// items. It is a hint: without it all items in put files count.
func readFill(d Disk, dir string) int {
	b := make([]byte, 64)
	n, _ := d.ReadAt(filepath.Join(dir, fillName), b, 0)
	var v, fill int
	if _, err := fmt.Fscan(bytes.NewReader(b[:n]), &v, &fill); err != nil || v != version {
		return 0
	}
	return fill
}

func writeFill(d Disk, dir string, fill int) error {
	return d.Replace(filepath.Join(dir, fillName), fmt.Appendf(nil, "%d %d\n", version, fill))
}
