//go:build !unix

package durable

// plainFile: this system has no such flags.
const plainFile = 0
