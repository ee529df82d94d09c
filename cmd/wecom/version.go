package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
)

// isVersion tells whether an argument asks for the version.
func isVersion(arg string) bool {
	return slices.Contains([]string{"version", "-version", "--version", "-v"}, arg)
}

// version prints what a report of a bug should name.
func (s *session) version() {
	version := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	s.print(fmt.Sprintf("wecom %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH))
}
