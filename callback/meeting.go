package callback

// Meetings and meeting rooms (会议), on 数据回调URL.
const (
	KItMeetingChange     EventKind = "meeting_change"
	KItBookMeetingRoom   EventKind = "book_meeting_room"
	KItCancelMeetingRoom EventKind = "cancel_meeting_room"
	KItMeetingStatistics EventKind = "meeting_statistics"
)

// ChangeTypes of meeting_change, on 数据回调URL. WeCom has some thirty more for a corp's own
// apps; they arrive as [MeetingEvent] too, with the rest in [Notice.Raw].
const (
	KCtModifyMeeting EventKind = "modify_meeting"
	KCtCancelMeeting EventKind = "cancel_meeting"
)

// MeetingEvent 会议变更. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97451
type MeetingEvent struct {
	MeetingId string `json:"MeetingId" xml:"MeetingId"`
}

// MeetingRoomEvent 会议室预定: a meeting room was booked or a booking cancelled. It arrives on
// the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/95333
type MeetingRoomEvent struct {
	MeetingRoomId int64  `json:"MeetingRoomId" xml:"MeetingRoomId"`
	BookingId     string `json:"BookingId" xml:"BookingId"`
}

// MeetingStatisticsEvent 会议统计: something happened in a meeting, named by a ChangeType such
// as start_meeting. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/99648
type MeetingStatisticsEvent struct {
	Status int `json:"Status" xml:"Status"` // as WeCom sends it; its values are on WeCom's page only
}
