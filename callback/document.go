package callback

// Documents, forms and smart sheets (文档).
const (
	KItDocChange        = "doc_change"
	KItSmartSheetChange = "smart_sheet_change"
)

// ChangeTypes of doc_change and smart_sheet_change.
const (
	KCtDocMemberChange    = "doc_member_change"
	KCtDeleteDoc          = "delete_doc"
	KCtFormComplete       = "form_complete"
	KCtDeleteForm         = "delete_form"
	KCtFormSettingsChange = "form_settings_change"

	KCtAddField     = "add_filed" // WeCom's spelling, like the next two
	KCtUpdateField  = "update_filed"
	KCtDeleteField  = "delete_filed"
	KCtAddRecord    = "add_record"
	KCtUpdateRecord = "update_record"
	KCtDeleteRecord = "delete_record"
)

// DocEvent 文档与收集表变更: documents or forms changed or were deleted, or a form was filled in. It
// arrives on the App URL (data).
// https://developer.work.weixin.qq.com/document/path/97839
type DocEvent struct {
	DocId  []string `json:"DocId" xml:"DocId"`
	FormId []string `json:"FormId" xml:"FormId"`
}

// SmartSheetEvent 智能表格变更: fields or records of a smart sheet changed. It arrives on the App
// URL (data).
// https://developer.work.weixin.qq.com/document/path/101016
type SmartSheetEvent struct {
	DocId    string   `json:"DocId" xml:"DocId"`
	SheetId  string   `json:"SheetId" xml:"SheetId"`
	FieldId  []string `json:"FieldId" xml:"FieldId"`
	RecordId []string `json:"RecordId" xml:"RecordId"`
}
