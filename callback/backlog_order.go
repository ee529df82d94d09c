package callback

import "slices"

// heap keeps its first element at index 0. Elements know their index, so that they can be
// removed from the middle.
type heap[T heaped[T]] []T

type heaped[T any] interface {
	before(T) bool
	placed(i int)
}

func (h *heap[T]) push(v T) {
	*h = append(*h, v)
	h.up(len(*h) - 1)
}

func (h *heap[T]) pop() T { return h.remove(0) }

func (h *heap[T]) remove(i int) T {
	s := *h
	v, last := s[i], len(s)-1
	s[i] = s[last]
	var zero T
	s[last] = zero
	*h = s[:last]
	if i < last {
		h.down(i)
		h.up(i)
	}
	return v
}

// up and down move an element to where it belongs.
func (h heap[T]) up(i int) {
	for i > 0 && h[i].before(h[(i-1)/2]) {
		h.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
	h[i].placed(i)
}

func (h heap[T]) down(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(h); c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if least == i {
			break
		}
		h.swap(i, least)
		i = least
	}
	h[i].placed(i)
}

// swap moves the element at i to j, where it may not stay: up and down place it.
func (h heap[T]) swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].placed(i)
}

// fifo is a list that grows at its end and shrinks at its front.
type fifo[T any] struct {
	s    []T
	head int
}

func (f *fifo[T]) len() int { return len(f.s) - f.head }

func (f *fifo[T]) push(v T) { f.s = append(f.s, v) }

func (f *fifo[T]) first() T { return f.s[f.head] }

func (f *fifo[T]) pop() T {
	var zero T
	v := f.s[f.head]
	f.s[f.head] = zero
	f.head++
	switch {
	case f.head < 64 && f.len() == 0:
		f.s, f.head = f.s[:0], 0
	case f.head >= 64 && f.head*2 >= len(f.s):
		f.s, f.head = slices.Clone(f.s[f.head:]), 0
	}
	return v
}
