package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// metrics are what Prometheus is told. docs/OPERATIONS.md says which of them should wake somebody.
type metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	tokens   *prometheus.CounterVec
	errors   *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		calls:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wecom_calls_total", Help: "Calls to WeCom, each attempt."}, []string{"path", "errcode"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "wecom_call_seconds", Help: "Duration of a call to WeCom."}, []string{"path"}),
		tokens:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wecom_tokens_total", Help: "Attempts to get a token."}, []string{"kind", "source", "result"}),
		errors:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wecom_inbox_errors_total", Help: "Pushes refused and functions failed; dead notices need a person."}, []string{"kind"}),
	}
	m.registry.MustRegister(m.calls, m.duration, m.tokens, m.errors, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// called is Config.OnCall. An attempt without an answer has the errcode "none".
func (m *metrics) called(_ context.Context, c token.CallInfo) {
	code := strconv.Itoa(c.ErrCode)
	if c.ErrCode == 0 && c.Err != nil {
		code = "none"
	}
	m.calls.WithLabelValues(c.Path, code).Inc()
	m.duration.WithLabelValues(c.Path).Observe(c.Duration.Seconds())
}

func (m *metrics) gotToken(t token.TokenInfo) {
	source, result := "wecom", "ok"
	if t.FromStore {
		source = "store"
	}
	switch {
	case t.Lost:
		result = "lost"
	case t.Err != nil:
		result = "error"
	}
	m.tokens.WithLabelValues(t.Kind, source, result).Inc()
}

// failed is the inbox's OnError.
func (m *metrics) failed(_ context.Context, n *callback.Notice, err error) {
	kind := "failed"
	switch {
	case errors.Is(err, callback.ErrDead):
		kind = "dead"
	case n == nil:
		kind = "refused"
	}
	m.errors.WithLabelValues(kind).Inc()
}

// watch adds what is asked for when Prometheus asks.
func (m *metrics) watch(s *Server) { m.registry.MustRegister(gauges{s}) }

// gauges are the queue and the tickets.
type gauges struct{ *Server }

var (
	noticesGauge = prometheus.NewDesc("wecom_inbox_notices", "Notices in the queue.", []string{"state"}, nil)
	oldestGauge  = prometheus.NewDesc("wecom_inbox_oldest_seconds", "Age of the oldest notice that is not dead.", nil, nil)
	ticketGauge  = prometheus.NewDesc("wecom_ticket_age_seconds", "Age of the newest suite_ticket.", []string{"suite"}, nil)
)

// Describe implements prometheus.Collector.
func (gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{noticesGauge, oldestGauge, ticketGauge} {
		to <- d
	}
}

const scrapeTimeout = 3 * time.Second

// Collect implements prometheus.Collector. What can't be read is left out, and /readyz says why.
func (g gauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	if stats, err := g.inbox.Stats(ctx); err == nil {
		for state, n := range map[string]int{"waiting": stats.Waiting, "busy": stats.Busy, "later": stats.Later, "dead": stats.Dead, "foreign": stats.Foreign} {
			gauge(noticesGauge, float64(n), state)
		}
		gauge(oldestGauge, stats.Oldest.Seconds())
	}
	for name, x := range g.suites {
		if age, err := x.api.WithContext(ctx).TicketAge(); err == nil {
			gauge(ticketGauge, age.Seconds(), name)
		}
	}
}
