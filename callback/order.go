package callback

// Orders for the app itself (应用版本付费), not those for interface licences, on 指令回调URL.
const (
	KItOpenOrder        EventKind = "open_order"
	KItChangeOrder      EventKind = "change_order"
	KItCancelOrder      EventKind = "cancel_order"
	KItPayForAppSuccess EventKind = "pay_for_app_success"
	KItRefund           EventKind = "refund"
	KItChangeEdition    EventKind = "change_editon" // WeCom's spelling
)

// AppOrderEvent 应用版本付费: an order was placed, re-priced, cancelled, paid or refunded, or
// the corp's edition changed. change_editon names no order, change_order the old and the new
// one; after refund and change_editon fetch the corp's state again. It arrives on the
// 指令回调URL.
// https://developer.work.weixin.qq.com/document/path/91929
type AppOrderEvent struct {
	PaidCorpId string `json:"PaidCorpId" xml:"PaidCorpId"` // the buying corp; AuthCorpId is empty
	OrderId    string `json:"OrderId" xml:"OrderId"`
	OldOrderId string `json:"OldOrderId" xml:"OldOrderId"`
	NewOrderId string `json:"NewOrderId" xml:"NewOrderId"` // the one to use from now on
	OperatorId string `json:"OperatorId" xml:"OperatorId"` // open_order: userid, "" when the provider or a reseller ordered
}
