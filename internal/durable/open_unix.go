//go:build unix

package durable

import "syscall"

// plainFile are flags for opening a regular file: do not follow a link, do not wait for a
// named pipe.
const plainFile = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
