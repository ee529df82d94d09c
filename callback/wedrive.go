package callback

// Drive (微盘), on 数据回调URL. wedrive_insufficient_capacity has a head only: [BareEvent].
const (
	KItWedriveInsufficientCapacity EventKind = "wedrive_insufficient_capacity"
	KItWedriveSpaceChange          EventKind = "wedrive_space_change"
	KItWedriveFileChange           EventKind = "wedrive_file_change"
	KItSubmitVipAccountApproval    EventKind = "submit_vip_account_approval"
	KItFinishVipAccountApproval    EventKind = "finish_vip_account_approval"
)

// ChangeTypes of wedrive_file_change, on 数据回调URL.
const (
	KCtCreateFile EventKind = "create_file"
	KCtRenameFile EventKind = "rename_file"
	KCtUpdateFile EventKind = "update_file"
	KCtDeleteFile EventKind = "delete_file"
	KCtMoveFile   EventKind = "move_file"
)

// ChangeTypes of wedrive_space_change, on 数据回调URL.
const (
	KCtDismissSpace                EventKind = "dismiss_space"
	KCtSpaceMemberChange           EventKind = "space_member_change"
	KCtSpaceSecuritySettingsChange EventKind = "space_security_settings_change"
)

// WedriveEvent 微盘变更: spaces or files changed. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97973
type WedriveEvent struct {
	SpaceId []string `json:"SpaceId" xml:"SpaceId"`
	FileId  []string `json:"FileId" xml:"FileId"`
}

// VipApprovalEvent 专业版帐号审批: a member applied for a paid account, or the application was
// decided. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/99876
type VipApprovalEvent struct {
	ApplyReason  string `json:"ApplyReason" xml:"ApplyReason"`
	BusinessType int    `json:"BusinessType" xml:"BusinessType"` // 1 mail, 2 documents, 3 drive, 4 meetings
	ApplyId      string `json:"ApplyId" xml:"ApplyId"`
	FinishType   int    `json:"FinishType" xml:"FinishType"` // decided: 1 refused by an admin, 2 account given, 3 deleted by the member
}
