package callback

// Calendars and schedules (日程), on 数据回调URL.
const (
	KItDeleteCalendar  EventKind = "delete_calendar"
	KItModifyCalendar  EventKind = "modify_calendar"
	KItModifySchedule  EventKind = "modify_schedule"
	KItDeleteSchedule  EventKind = "delete_schedule"
	KItRespondSchedule EventKind = "respond_schedule"
)

// CalendarEvent 日历与日程变更: a calendar or one of its schedules changed, was deleted or
// answered. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97806
type CalendarEvent struct {
	CalId      string `json:"CalId" xml:"CalId"`
	ScheduleId string `json:"ScheduleId" xml:"ScheduleId"` // "" when the calendar itself is meant
}
