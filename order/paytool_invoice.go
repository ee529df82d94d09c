package order

import (
	"cmp"
	"errors"
	"iter"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

const (
	maxInvoices    = 100 // of one page
	maxInvoiceNote = 200 // bytes
)

// States of an invoice, in [PaytoolInvoice.InvoiceStatus].
const (
	InvoicePending   = 0
	InvoicePosted    = 1
	InvoiceMailed    = 2
	InvoiceCancelled = 3
)

// InvoiceListCond selects applications for invoices.
type InvoiceListCond struct {
	StartTime int64  `json:"start_time,omitempty"` // together with EndTime
	EndTime   int64  `json:"end_time,omitempty"`
	Cursor    string `json:"cursor,omitempty"`
	Limit     int    `json:"limit,omitempty"` // 1 to 100, 0: 50
}

// PaytoolInvoice is a client's application for an invoice.
type PaytoolInvoice struct {
	OrderId           string `json:"order_id"`
	CustomCorpId      string `json:"custom_corpid"`
	ApplyTime         int64  `json:"apply_time"`
	InvoiceType       int    `json:"invoice_type"` // 0 ordinary, 1 special VAT
	PaidPrice         int64  `json:"paid_price"`
	InvoiceStatus     int    `json:"invoice_status"`
	InvoiceTitle      string `json:"invoice_title"`
	TaxNumber         string `json:"tax_number"`
	SendWay           int    `json:"send_way"` // 0 undecided, 1 courier, 2 e-mail
	ContactName       string `json:"contact_name"`
	ContactTel        string `json:"contact_tel"`
	ContactAddr       string `json:"contact_addr"`
	ContactPostcode   string `json:"contact_postcode"`
	ReceiveEmail      string `json:"receive_email"`
	CompanyAddr       string `json:"company_addr"`
	CompanyTel        string `json:"company_tel"`
	BankName          string `json:"bank_name"`
	BankAccountNumber string `json:"bank_account_number"`
	InvoiceNote       string `json:"invoice_note"`
}

// PaytoolInvoiceList is one page of applications.
type PaytoolInvoiceList struct {
	NextCursor  string           `json:"next_cursor"`
	HasMore     int              `json:"has_more"` // 1: there are further pages
	InvoiceList []PaytoolInvoice `json:"invoice_list"`
}

// PaytoolGetInvoiceList 获取发票列表: returns one page of applications for invoices. It needs no
// signature.
//
// https://developer.work.weixin.qq.com/document/path/99436
func PaytoolGetInvoiceList(api *token.Api, cond *InvoiceListCond) (*PaytoolInvoiceList, error) {
	if cond == nil {
		cond = &InvoiceListCond{}
	}
	if err := cmp.Or(check.Window(cond.StartTime, cond.EndTime, 0), check.Limit(cond.Limit, maxInvoices)); err != nil {
		return nil, err
	}
	return token.Call[PaytoolInvoiceList](api, read("paytool/get_invoice_list"), cond)
}

// PaytoolAllInvoices walks all pages of [PaytoolGetInvoiceList]. It stops at the first error.
func PaytoolAllInvoices(api *token.Api, cond InvoiceListCond) iter.Seq2[PaytoolInvoice, error] {
	return paging.All(api.Context(), cond.Cursor, func(cursor string) ([]PaytoolInvoice, string, error) {
		cond := cond
		cond.Cursor = cursor
		page, err := PaytoolGetInvoiceList(api, &cond)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore != 0, page.NextCursor)
		return page.InvoiceList, next, err
	})
}

// InvoiceMark says what was done about an invoice.
type InvoiceMark struct {
	OrderId       string `json:"order_id"`
	OperUserId    string `json:"oper_userid"`    // needs the right to handle invoices
	InvoiceStatus int    `json:"invoice_status"` // InvoicePosted, InvoiceMailed or InvoiceCancelled
	InvoiceNote   string `json:"invoice_note"`   // up to 200 bytes
}

func (m InvoiceMark) check() error {
	return cmp.Or(check.Required("order_id", m.OrderId), check.Required("oper_userid", m.OperUserId),
		check.Between("invoice_status", m.InvoiceStatus, InvoicePosted, InvoiceCancelled),
		check.Id("invoice_note", m.InvoiceNote, maxInvoiceNote))
}

// PaytoolMarkInvoiceStatus 标记开票状态: records what was done about an invoice. It needs no
// signature, and has no effect on an invoice that is done.
//
// https://developer.work.weixin.qq.com/document/path/99437
func PaytoolMarkInvoiceStatus(api *token.Api, mark *InvoiceMark) error {
	if mark == nil {
		return errors.New("wecom: the invoice mark is nil")
	}
	if err := mark.check(); err != nil {
		return err
	}
	return api.Do(write("paytool/mark_invoice_status"), mark, nil)
}
