package console

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

func TestOrder(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	body := s.page("/orders/" + s.order)
	for _, text := range []string{"1 of 3", "31\u00a0d once bound", "not accepted", "1 months 0 days = 31 days", "license_pay_success", "Push the notice again"} {
		assert.Contains(t, body, text)
	}
	for _, x := range s.shown(s.order).Codes {
		assert.Contains(t, body, x.Code)
	}
	tries := func() (n int) {
		for _, x := range must[sandbox.Pushes](s)(s.ListPushes(t.Context(), sandbox.PushQuery{})).Pushes {
			if x.Kind == "license_pay_success" {
				n += len(x.Tries)
			}
		}
		return n
	}
	before := tries()
	s.submit("/orders/"+s.order, "POST /pushes/{id}/redeliver", nil)
	assert.Equal(t, before+1, tries())
}

func TestOneOrderActions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	id := s.place(sandbox.NewOrder{Base: 1, Months: 1})
	path := "/orders/" + id
	body := s.page(path)
	assert.Contains(t, body, "To be paid")
	assert.Contains(t, body, "They are made once it is paid.")
	s.done(s.submit(path, "POST /orders/{order}/pay", nil))
	assert.Equal(t, orderPaid, s.shown(id).Status)
	id = s.place(sandbox.NewOrder{Base: 1, Months: 1})
	path = "/orders/" + id
	s.done(s.submit(path, "POST /orders/{order}/expire", nil))
	assert.Equal(t, orderExpired, s.shown(id).Status)
	body = s.page(path)
	assert.Contains(t, body, "no codes were made")
	assert.Contains(t, body, "The order has ended")
	assert.NotEmpty(t, values(formTags.FindString(body)), "forms stay, their buttons cannot be pressed")
	s.refused(s.submit(path, "POST /orders/{order}/pay", url.Values{"order": {id}}), "is in state 3")
}

// path is the state line of an order as Kind Name pairs.
func stateLine(l language, o sandbox.Order, codes []codeRow, active int, pushes ...sandbox.Push) (kinds, called string) {
	p := &page{lang: l}
	d := &orderData{orderRow: p.orderRow(names{}, o, nil), Rows: codes, Active: active}
	for _, x := range p.path(d, pushes) {
		kind := x.Kind
		if kind == "" {
			kind = "-"
		}
		kinds, called = kinds+" "+kind, called+" "+x.Name+";"
	}
	return kinds, called
}

func TestStateLine(t *testing.T) {
	t.Parallel()
	paid := time.Unix(1, 0)
	told := sandbox.Push{Kind: "license_pay_success", Accepted: true}
	lost := sandbox.Push{Kind: "license_pay_success"}
	refund := sandbox.Push{Kind: "license_refund", Accepted: true}
	codes := make([]codeRow, 2)
	for _, x := range []struct {
		order  sandbox.Order
		codes  []codeRow
		active int
		pushes []sandbox.Push
		kinds  string
		last   string
	}{
		{sandbox.Order{}, nil, 0, nil, " done at - -", " Activated;"},
		{sandbox.Order{Status: orderCancelled}, nil, 0, nil, " done fail", " cancelled;"},
		{sandbox.Order{Status: orderPaid, Paid: paid}, nil, 0, nil, " done done at -", " Activated;"},
		{sandbox.Order{Status: orderPaid, Paid: paid}, codes, 1, []sandbox.Push{told}, " done done done done -", " Activated;"},
		{sandbox.Order{Status: orderPaid, Paid: paid}, codes, 2, []sandbox.Push{told, lost}, " done done done fail done", " Activated;"},
		{sandbox.Order{Status: orderPaid}, codes, 2, nil, " done done done", " Activated;"},
		{sandbox.Order{Status: orderRefunding, Paid: paid}, codes, 0, nil, " done done done - at", " Refund asked;"},
		{sandbox.Order{Status: orderRefunded, Paid: paid}, codes, 0, []sandbox.Push{told, refund}, " done done done done - done", " Refunded;"},
		{sandbox.Order{Status: orderRefundRefused, Paid: paid}, codes, 0, nil, " done done done - done", " Refund refused;"},
		{sandbox.Order{Status: orderVoid, Paid: paid, Test: true}, codes, 0, nil, " done done done - fail", " Void;"},
		{sandbox.Order{Kind: orderRenewal}, nil, 0, nil, " done at -", " Renewed;"},
		{sandbox.Order{Kind: orderRenewal, Status: orderPaid, Paid: paid}, nil, 0, []sandbox.Push{told}, " done done done done", " App told;"},
	} {
		kinds, called := stateLine(english, x.order, x.codes, x.active, x.pushes...)
		_, inChinese := stateLine(chinese, x.order, x.codes, x.active, x.pushes...)
		assert.Regexp(t, `^( \p{Han}+;)+$`, inChinese)
		assert.Equal(t, x.kinds, kinds, "%+v: %s", x.order, called)
		assert.Regexp(t, x.last+"$", called, "%+v", x.order)
	}
}

func TestForbidden(t *testing.T) {
	t.Parallel()
	p := &page{lang: english}
	for _, x := range []struct {
		order sandbox.Order
		why   string
	}{
		{sandbox.Order{}, ""}, {sandbox.Order{Status: orderPaid}, ""},
		{sandbox.Order{Parent: "OI1"}, "paid with it"}, {sandbox.Order{Paying: true}, "from the balance"},
		{sandbox.Order{Kind: orderUnion, Status: orderPaid}, "by its parts"}, {sandbox.Order{Status: orderRefunded}, "has ended"},
	} {
		if why := p.forbidden(x.order); x.why == "" {
			assert.Empty(t, why)
		} else {
			assert.Contains(t, why, x.why)
		}
	}
	require.Equal(t, "没有 URL", (&page{lang: chinese}).told([]sandbox.Push{{Kind: "license_pay_success"}}).Text)
}
