package callback_test

import (
	"os"
	"syscall"
)

// chaosFiles is how many files the process may have open.
func chaosFiles(n uint64) {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		limit.Cur = min(n, limit.Max)
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	}
}

// exhaustFiles lets the process open nothing any more, connections included.
func exhaustFiles() { chaosFiles(3) }

func restoreFiles() { chaosFiles(1 << 20) }

// smallDisk mounts a disk that can be full, if this process may do that.
func smallDisk(dir string) (unmount func(), ok bool) {
	if os.Getuid() != 0 || syscall.Mount("chaos", dir, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, "mode=0700,size=192m") != nil {
		return nil, false
	}
	return func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }, true
}
