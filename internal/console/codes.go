package console

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// codesData is what the page of all codes shows.
type codesData struct {
	Codes  found[codeRow]
	State  string // that is shown
	States []choice
	Orders int
	Count  int // of all codes
	CSV    string
}

// choice is a value of a filter.
type choice struct{ Value, Text, Href string }

// states links the values of the filter of a page.
func (p *page) states(list ...choice) []choice {
	for i := range list {
		list[i].Href = p.With("state", list[i].Value)
	}
	return list
}

// codeRow is an activation code in a table.
type codeRow struct {
	sandbox.LicenseCode
	OrderId, HolderCorp         string
	CorpName, Holder            string // names; "": nobody
	Gone                        bool   // the holder has left
	KindName, StateKind, State  string
	Group                       string // of the filter
	DaysLeft, DaysWhole, Length int    // Length: once it is bound
}

const soon = 20 // days: from then on a code takes a further one

// codesOf lists all codes, those of the newest order first.
func (c *Console) codesOf(p *page) (list []codeRow, err error) {
	ctx := p.request.Context()
	orders, err := c.world.ListOrders(ctx, sandbox.CorpQuery{})
	if err != nil {
		return nil, err
	}
	corps, err := c.world.ListCorps(ctx, struct{}{})
	if err != nil {
		return nil, err
	}
	called := map[string]sandbox.Corp{}
	for _, x := range corps.Corps {
		called[x.CorpId] = x
	}
	for _, o := range slices.Backward(orders.Orders) {
		for _, x := range o.Codes {
			list = append(list, p.codeRow(o, x, called[holderCorp(x)]))
		}
	}
	return list, nil
}

const monthDays = 31

func (p *page) codeRow(o sandbox.Order, x sandbox.LicenseCode, corp sandbox.Corp) codeRow {
	row := codeRow{LicenseCode: x, OrderId: o.OrderId, HolderCorp: holderCorp(x), CorpName: corp.Name, Holder: x.UserId,
		KindName: p.lang.codeKind(x.Kind), Length: o.Months*monthDays + o.Days}
	for _, m := range corp.Members {
		if m.UserId == x.UserId {
			row.Holder, row.Gone = m.Name, m.Left
		}
	}
	if !x.Expires.IsZero() {
		row.DaysLeft, row.DaysWhole = days(p.Left(x.Expires)), days(x.Expires.Sub(x.Activated))
	}
	row.state(p.lang)
	return row
}

// codeKind is the name of a kind of account.
func (l language) codeKind(kind int) string {
	if kind == 2 {
		return l.t("互通", "interop")
	}
	return l.t("基础", "base")
}

// state says how a code is.
func (x *codeRow) state(l language) {
	switch {
	case x.Void:
		x.Group, x.State = "dead", l.t("已作废", "void")
	case x.Status == codeUnbound:
		x.Group, x.State = "unbound", l.t("未绑定", "unbound")
	case x.Status == codeExpired:
		x.Group, x.StateKind, x.State = "expired", "bad", l.t("已过期", "expired")
	case x.Status == codeWaiting:
		x.Group, x.StateKind, x.State = "bound", "warn", l.t("待转移", "to transfer")
	case x.Status == codeMerged:
		x.Group, x.State = "dead", l.t("已合并", "merged")
	case x.DaysLeft <= soon:
		x.Group, x.StateKind, x.State = "soon", "warn", l.t("即将到期", "ends soon")
	default:
		x.Group, x.StateKind, x.State = "bound", "ok", l.t("有效", "valid")
	}
}

// codes shows all codes.
func (c *Console) codes(p *page) error {
	all, err := c.codesOf(p)
	if err != nil {
		return err
	}
	d := codesData{State: p.Query("state"), Count: len(all), Orders: p.Status.Orders, CSV: strings.Replace(p.Back, "/codes", "/codes.csv", 1),
		States: p.states(choice{Value: "", Text: p.lang.t("全部", "All")}, choice{Value: "unbound", Text: p.lang.t("未绑定", "Unbound")},
			choice{Value: "bound", Text: p.lang.t("有效", "Valid")}, choice{Value: "soon", Text: p.lang.t("即将到期", "Ends soon")},
			choice{Value: "expired", Text: p.lang.t("已过期", "Expired")}, choice{Value: "dead", Text: p.lang.t("已作废或合并", "Void or merged")})}
	d.Codes = search(p.Query("q"), inState(all, d.State), codeRow.text)
	p.Data = d
	return nil
}

// inState leaves the codes of a group; "" is all.
func inState(all []codeRow, group string) []codeRow {
	return slices.DeleteFunc(all, func(x codeRow) bool { return group != "" && x.Group != group })
}

// text is what a search looks at.
func (x codeRow) text() string {
	return strings.Join([]string{x.Code, x.OrderId, x.CorpName, x.HolderCorp, x.Holder, x.UserId, x.KindName, x.State}, "\n")
}

// codesCSV is the list that the page of codes shows, whole, for spreadsheets.
func (c *Console) codesCSV(rw http.ResponseWriter, r *http.Request) {
	p, err := c.page(r, view{name: "codes"})
	if err != nil {
		c.fail(rw, r, err)
		return
	}
	all, err := c.codesOf(p)
	if err != nil {
		c.fail(rw, r, err)
		return
	}
	var b bytes.Buffer
	b.WriteString("\ufeff") // so that spreadsheets read UTF-8
	table := csv.NewWriter(&b)
	_ = table.Write([]string{"active_code", "type", "status", "corpid", "corp_name", "userid", "name", "active_time", "expire_time", "order_id"})
	for _, x := range matching(p.Query("q"), inState(all, p.Query("state")), codeRow.text) {
		_ = table.Write([]string{x.Code, x.KindName, x.State, x.HolderCorp, cell(x.CorpName), cell(x.UserId), cell(x.Holder),
			stamp(x.Activated), stamp(x.Expires), x.OrderId})
	}
	table.Flush()
	rw.Header().Set("Content-Type", "text/csv; charset=utf-8")
	rw.Header().Set("Content-Disposition", `attachment; filename="codes.csv"`)
	_, _ = rw.Write(b.Bytes())
}

// cell keeps spreadsheets from taking a text for a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// stamp is a time in Beijing; empty: there is none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(beijing).Format(time.DateTime)
}
