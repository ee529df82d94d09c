// Command quickstart walks through a service provider's day, from the first suite_ticket to
// activated licences and back, against the WeCom of package wecomtest. It needs neither a
// network nor a WeCom account. What a provider would write is in provider.go and steps.go;
// the rest is scenery.
package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// walkTimeout is how long the whole walk may take.
const walkTimeout = 5 * time.Second

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), walkTimeout)
	defer cancel()
	if err := walk(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "\nquickstart failed:", err)
		cancel()
		os.Exit(1)
	}
}
