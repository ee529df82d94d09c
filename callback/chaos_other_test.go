//go:build !linux

package callback_test

// Limits of files and disks that can be full are for Linux only.

func exhaustFiles() {}

func restoreFiles() {}

func smallDisk(string) (unmount func(), ok bool) { return nil, false }
