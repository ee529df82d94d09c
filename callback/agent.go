package callback

// The app itself (应用管理), on 数据回调URL. change_app_admin and security have a head only
// ([BareEvent]). After change_app_admin, fetch the list of administrators again.
const (
	KItInactiveAlert       EventKind = "inactive_alert"
	KItCloseInactiveAgent  EventKind = "close_inactive_agent"
	KItReopenInactiveAgent EventKind = "reopen_inactive_agent"
	KItLowActiveAlert      EventKind = "low_active_alert"
	KItLowActive           EventKind = "low_active"
	KItActiveRestored      EventKind = "active_restored"
	KItChangeAppAdmin      EventKind = "change_app_admin"
	KItSwitchWorkbenchMode EventKind = "switch_workbench_mode"
	KItSecurity            EventKind = "security" // a BareEvent; ChangeType such as change_domain_ip
)

// ActivityEvent 应用低活跃: an app that is hardly used will be, was, or is no longer restricted.
// It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90376
type ActivityEvent struct {
	EffectTime int64 `json:"EffectTime" xml:"EffectTime"` // alerts: Unix seconds
}

// WorkbenchModeEvent 工作台自定义展示: an admin switched the app's own workbench view. It
// arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/94620
type WorkbenchModeEvent struct {
	Mode int `json:"Mode" xml:"Mode"` // 1 on, 0 off
}
