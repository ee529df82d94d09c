package callback

// Documents, forms and smart sheets (文档), on 数据回调URL.
const (
	KItDocChange        EventKind = "doc_change"
	KItSmartSheetChange EventKind = "smart_sheet_change"
)

// ChangeTypes of doc_change and smart_sheet_change, on 数据回调URL.
const (
	KCtDocMemberChange    EventKind = "doc_member_change"
	KCtDeleteDoc          EventKind = "delete_doc"
	KCtFormComplete       EventKind = "form_complete"
	KCtDeleteForm         EventKind = "delete_form"
	KCtFormSettingsChange EventKind = "form_settings_change"

	KCtAddField     EventKind = "add_filed" // WeCom's spelling, like the next two
	KCtUpdateField  EventKind = "update_filed"
	KCtDeleteField  EventKind = "delete_filed"
	KCtAddRecord    EventKind = "add_record"
	KCtUpdateRecord EventKind = "update_record"
	KCtDeleteRecord EventKind = "delete_record"
)

// DocEvent 文档与收集表变更: documents or forms changed or were deleted, or a form was filled
// in. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97839
type DocEvent struct {
	DocId  []string `json:"DocId" xml:"DocId"`
	FormId []string `json:"FormId" xml:"FormId"`
}

// SmartSheetEvent 智能表格变更: fields or records of a smart sheet changed. It arrives on the
// 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/101016
type SmartSheetEvent struct {
	DocId    string   `json:"DocId" xml:"DocId"`
	SheetId  string   `json:"SheetId" xml:"SheetId"`
	FieldId  []string `json:"FieldId" xml:"FieldId"`
	RecordId []string `json:"RecordId" xml:"RecordId"`
}
