package callback

// Schools and parents (家校沟通).
const (
	KItChangeSchoolContact      EventKind = "change_school_contact"
	KItChangeSchoolContactBatch EventKind = "change_school_contact_batch"
	KItLivingStatusChange       EventKind = "living_status_change"
)

// ChangeTypes of change_school_contact.
const (
	KCtCreateStudent    EventKind = "create_student"
	KCtUpdateStudent    EventKind = "update_student"
	KCtDeleteStudent    EventKind = "delete_student"
	KCtCreateParent     EventKind = "create_parent"
	KCtUpdateParent     EventKind = "update_parent"
	KCtDeleteParent     EventKind = "delete_parent"
	KCtSubscribe        EventKind = "subscribe"         // a parent follows the school
	KCtUnsubscribe      EventKind = "unsubscribe"       // a parent no longer does
	KCtCreateDepartment EventKind = "create_department" // InfoType form
	KCtUpdateDepartment EventKind = "update_department"
	KCtDeleteDepartment EventKind = "delete_department"

	// WeCom's spelling in Event form.
	KCtCreateSchoolDepartment EventKind = "create_deparmtment"
	KCtUpdateSchoolDepartment EventKind = "update_deparmtment"
	KCtDeleteSchoolDepartment EventKind = "delete_deparmtment"
)

// SchoolContactEvent 家校通讯录变更: a student, parent or department of a school changed, or a
// parent follows the school or no longer does. It arrives on the App URL (instruction) and
// the App URL (data).
// https://developer.work.weixin.qq.com/document/path/92051
type SchoolContactEvent struct {
	Id    string `json:"Id" xml:"Id"`       // of the student, parent or department
	NewId string `json:"NewId" xml:"NewId"` // only when the userid changed
}

// SchoolContactBatchEvent 家校通讯录批量变更: up to 1000 changes in one push. It arrives on the App
// URL (instruction).
// https://developer.work.weixin.qq.com/document/path/97281
type SchoolContactBatchEvent struct {
	ChangeList []SchoolContactChange `json:"ChangeList" xml:"ChangeList"`
}

// SchoolContactChange is one change of a batch.
type SchoolContactChange struct {
	TimeStamp  int64  `json:"TimeStamp" xml:"TimeStamp"`   // Unix seconds
	ChangeType string `json:"ChangeType" xml:"ChangeType"` // as of change_school_contact
	Id         string `json:"Id" xml:"Id"`
	NewId      string `json:"NewId" xml:"NewId"`
}

// LivingEvent 直播回调事件: a broadcast changed its state. It arrives on the App URL (data).
// https://developer.work.weixin.qq.com/document/path/94308
type LivingEvent struct {
	LivingId string `json:"LivingId" xml:"LivingId"`
	Status   int    `json:"Status" xml:"Status"`
}
