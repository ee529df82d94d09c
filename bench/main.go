// Command bench prints what this module costs by the least code that does the same: one table
// of ratios, counts and growth, each beside its goal. docs/PERFORMANCE.md explains it.
//
//	go -C bench run . -run 'POST|storm' -cpuprofile cpu.prof
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/pprof"

	"github.com/gothird/wecom/internal/pairbench"
)

func main() {
	if asMember(os.Stdin, os.Stdout) {
		return
	}
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	only := flags.String("run", "", "only the groups of rows that this regular `expression` matches")
	profile := flags.String("cpuprofile", "", "write a profile of the processor's time to this `file`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	if *profile != "" {
		stop, err := startProfile(*profile)
		if err != nil {
			return err
		}
		defer stop()
	}
	b := &bench{cpu: pairbench.CompareCPU, wall: pairbench.Compare, divisor: 1, progress: progress}
	return b.print(out, wanted)
}

func startProfile(name string) (stop func(), err error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		f.Close()
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}, nil
}

// group is some rows of the table that are set up together.
type group struct {
	name string
	add  func(b *bench) error
}

// groups are in the order of the table.
func groups() []group {
	return []group{
		{"hit", addHits},
		{"call, stub", addStubCalls},
		{"call, loopback", addLoopbackCalls},
		{"call, default client", addTimeout},
		{"long answer", addLongAnswers},
		{"callback", addCallbacks},
		{"handler", addHandler},
		{"DirQueue Put", addDirQueuePuts},
		{"storm", addStorms},
		{"rejected", addRejections},
		{"dials", addDials},
		{"Redis", addFleet},
		{"corps", addCorps},
		{"orders", addOrders},
		{"waiting", addWaiting},
		{"restart", addRestarts},
		{"workers", addWorkers},
		{"DirStore Put", addDirStorePuts},
	}
}
