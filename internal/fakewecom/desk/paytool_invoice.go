package desk

import (
	"fmt"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	invoiceLimit    = 50
	invoiceLimitMax = 100
	invoiceNoteMax  = 200
)

// Invoice is a client's application for an invoice.
type Invoice struct {
	OrderId, CorpId  string
	Applied          int64 // unix seconds
	Type             int   // 0 ordinary, 1 special VAT
	Paid             int64 // fen
	Status           int   // 0 in progress, 1 posted, 2 sent, 3 cancelled
	Title, TaxNumber string
	Note             string
}

// AddInvoice adds an application.
func (ds *Desks) AddInvoice(providerCorpId string, i Invoice) {
	ds.host.Locked(func() {
		d := ds.desk(providerCorpId)
		d.cashier.invoices[i.OrderId] = &i
		d.cashier.invoiceBy = append(d.cashier.invoiceBy, &i)
		d.changed(i.CorpId, i.OrderId)
	})
}

type invoiceReq struct {
	Start *int64 `json:"start_time"`
	End   *int64 `json:"end_time"`
	platform.PageReq
}

func invoiceList(d *desk, in invoiceReq) (obj, error) {
	if !d.cashier.merchant {
		return nil, licErr(codeNoMerchant)
	}
	inside, err := window(in.Start, in.End, 0, false)
	if err != nil {
		return nil, err
	}
	var all []obj
	for _, i := range d.cashier.invoiceBy {
		if inside(i.Applied) {
			all = append(all, obj{
				"order_id": i.OrderId, "custom_corpid": i.CorpId, "apply_time": i.Applied, "invoice_type": i.Type,
				"paid_price": i.Paid, "invoice_status": i.Status, "invoice_title": i.Title,
				"tax_number": i.TaxNumber, "invoice_note": i.Note,
			})
		}
	}
	key := fmt.Sprint("invoices", instant(in.Start), instant(in.End))
	part, next, err := platform.Page(in.PageReq, key, all, invoiceLimitMax, invoiceLimit)
	if err != nil {
		return nil, err
	}
	return platform.Paged("invoice_list", next, part), nil
}

type markReq struct {
	OrderId string `json:"order_id"`
	Oper    string `json:"oper_userid"`
	Status  int64  `json:"invoice_status"`
	Note    string `json:"invoice_note"`
}

// markInvoice has no effect on an invoice that is out.
func markInvoice(d *desk, in markReq) (obj, error) {
	i := d.cashier.invoices[in.OrderId]
	switch {
	case in.Status < 1 || in.Status > 3 || len(in.Note) > invoiceNoteMax:
		return nil, platform.BadParam("invalid invoice_status or invoice_note")
	case !d.mayBuy(in.Oper):
		return nil, licErr(codeNoPayRight)
	case i == nil:
		return nil, licErr(codeNoAppOrder)
	case i.Status == 0:
		i.Status, i.Note = int(in.Status), in.Note
		d.changed(i.CorpId, i.OrderId)
	}
	return nil, nil
}
