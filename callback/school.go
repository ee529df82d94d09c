package callback

// Schools and parents (家校沟通), on 指令回调URL and 数据回调URL; change_school_contact_batch on
// 指令回调URL only, living_status_change on 数据回调URL only.
const (
	KItChangeSchoolContact      EventKind = "change_school_contact"
	KItChangeSchoolContactBatch EventKind = "change_school_contact_batch"
	KItLivingStatusChange       EventKind = "living_status_change"
)

// ChangeTypes of change_school_contact, on 指令回调URL and 数据回调URL.
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
// parent follows the school or no longer does. It arrives on the 指令回调URL and the
// 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/92051
type SchoolContactEvent struct {
	Id    string `json:"Id" xml:"Id"`       // of the student, parent or department
	NewId string `json:"NewId" xml:"NewId"` // only when the userid changed
}

// SchoolContactBatchEvent 家校通讯录批量变更: up to 1000 changes in one push. It arrives on the
// 指令回调URL.
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

// LivingEvent 直播回调事件: a broadcast changed its state. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/94308
type LivingEvent struct {
	LivingId string `json:"LivingId" xml:"LivingId"`
	Status   int    `json:"Status" xml:"Status"` // 0 planned, 1 on air, 2 ended, 3 expired, 4 cancelled
}
