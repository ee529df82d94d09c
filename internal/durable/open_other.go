//go:build !unix

package durable

// plainFile: no such flags here.
const plainFile = 0
