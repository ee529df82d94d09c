//go:build unix

package durable

import "syscall"

// plainFile are the flags for a path at which a regular file should be: no link is
// followed, and no named pipe waited for.
const plainFile = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
