package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/gothird/wecom/token"
)

const (
	healthTimeout = 3 * time.Second
	ticketLimit   = 30 * time.Minute // three pushes are missing then
)

// opsPages are for those who run the server.
func (s *Server) opsPages() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /{$}", s.answer(s.corps))
	return mux
}

// ready says all that is not as it should be.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	problems := []error{s.disk.db.PingContext(ctx)}
	stats, err := s.inbox.Stats(ctx)
	if err == nil && !stats.Running {
		err = errors.New("notices are not processed: Run has not begun, or has ended")
	}
	problems = append(problems, err)
	for name, x := range s.suites {
		age, err := x.api.WithContext(ctx).TicketAge()
		if err == nil && age > ticketLimit {
			err = fmt.Errorf("the newest suite_ticket is %s old", age.Round(time.Second))
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("suite %s: %w", name, err))
		}
	}
	return errors.Join(problems...)
}

// corps lists who has installed what, for the provider's own people.
func (s *Server) corps(w http.ResponseWriter, r *http.Request) error {
	type row struct {
		App string
		token.Installation
	}
	var rows []row
	for _, x := range s.apps {
		for in, err := range x.api.WithContext(r.Context()).Installations() {
			if err != nil {
				return err
			}
			in.PermanentCode = "" // no page has it
			rows = append(rows, row{x.Name, in})
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.App, b.App), cmp.Compare(a.CorpName, b.CorpName), cmp.Compare(a.CorpId, b.CorpId))
	})
	return s.show(w, "corps", view{Title: "已安装的企业", Data: rows})
}
