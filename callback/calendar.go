package callback

// Calendars and schedules (日程).
const (
	KItDeleteCalendar  = "delete_calendar"
	KItModifyCalendar  = "modify_calendar"
	KItModifySchedule  = "modify_schedule"
	KItDeleteSchedule  = "delete_schedule"
	KItRespondSchedule = "respond_schedule"
)

// CalendarEvent 日历与日程变更: a calendar or one of its schedules changed, was deleted or
// answered. It arrives on the App URL (data).
// https://developer.work.weixin.qq.com/document/path/97806
type CalendarEvent struct {
	CalId      string `json:"CalId" xml:"CalId"`
	ScheduleId string `json:"ScheduleId" xml:"ScheduleId"` // "" when the calendar itself is meant
}
