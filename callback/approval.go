package callback

// Approvals (审批), on 数据回调URL.
const (
	KItSysApprovalChange  EventKind = "sys_approval_change"
	KItOpenApprovalChange EventKind = "open_approval_change"
)

// SysApprovalEvent 审批申请状态变化: an application in WeCom's own approval app changed its
// state. It arrives on the 数据回调URL, that of a third-party app on the 指令回调URL.
// https://developer.work.weixin.qq.com/document/path/92633
type SysApprovalEvent struct {
	ApprovalInfo SysApproval `json:"ApprovalInfo" xml:"ApprovalInfo"`
}

// SysApproval is the present state of the application. Times are Unix seconds.
type SysApproval struct {
	SpNoStr     string            `json:"SpNoStr" xml:"SpNoStr" wecom:"trim or=SpNo"`
	SpNo        int64             `json:"SpNo" xml:"SpNo"` // SpNoStr as a number, if it is one
	SpName      string            `json:"SpName" xml:"SpName"`
	SpStatus    int               `json:"SpStatus" xml:"SpStatus"` // 1 in review, 2 passed, 3 refused, 4 withdrawn, 6 withdrawn after passing, 7 deleted, 10 paid
	TemplateId  string            `json:"TemplateId" xml:"TemplateId"`
	ApplyTime   int64             `json:"ApplyTime" xml:"ApplyTime"`
	Applyer     Applicant         `json:"Applyer" xml:"Applyer"`
	SpRecord    []ApprovalRecord  `json:"SpRecord" xml:"SpRecord"` // one for each step
	Notifyer    []Member          `json:"Notifyer" xml:"Notifyer"`
	ProcessList ApprovalProcess   `json:"ProcessList" xml:"ProcessList"`
	Comments    []ApprovalComment `json:"Comments" xml:"Comments"`
	// StatuChangeEvent is what happened: 1 handed in, 2 agreed, 3 refused, 4 handed on, 5
	// reminder, 6 withdrawn, 8 withdrawn after passing, 10 note added, 11 sent back, 12
	// approver added, 13 agreed and step added, 14 handled, 15 passed to another.
	StatuChangeEvent int `json:"StatuChangeEvent" xml:"StatuChangeEvent"`
}

// Applicant is the member who applied.
type Applicant struct {
	UserId string `json:"UserId" xml:"UserId"`
	Party  string `json:"Party" xml:"Party" wecom:"trim"` // department id
}

// ApprovalRecord is one step.
type ApprovalRecord struct {
	SpStatus     int              `json:"SpStatus" xml:"SpStatus"`         // 1 in review, 2 agreed, 3 refused, 4 handed on
	ApproverAttr int              `json:"ApproverAttr" xml:"ApproverAttr"` // 1 any of the approvers (或签), 2 all of them (会签)
	Details      []ApprovalDetail `json:"Details" xml:"Details"`           // one for each approver
}

// ApprovalDetail is what one approver did.
type ApprovalDetail struct {
	Approver Member   `json:"Approver" xml:"Approver"`
	Speech   string   `json:"Speech" xml:"Speech"`
	SpStatus int      `json:"SpStatus" xml:"SpStatus"`                                 // 1 in review, 2 agreed, 3 refused, 4 handed on
	SpTime   int64    `json:"SpTime" xml:"SpTime"`                                     // 0 until then
	Attach   []string `json:"Attach" xml:"Attach" wecom:"trim or=MediaId or=MediaIds"` // media ids of attachments
}

// ApprovalProcess is the list of steps, in the newer form.
type ApprovalProcess struct {
	NodeList []ApprovalStep `json:"NodeList" xml:"NodeList"`
}

// ApprovalStep is one node of an [ApprovalProcess]. SpStatus is 1 in review, 2 agreed, 3
// refused, 4 handed on, 11 sent back to a chosen step, 12 step added, 13 agreed and step added,
// 14 handled, 15 passed to another. A node that only gets a copy has no SpStatus.
type ApprovalStep struct {
	NodeType    int               `json:"NodeType" xml:"NodeType"` // 1 approver, 2 copy, 3 handler
	SpStatus    int               `json:"SpStatus" xml:"SpStatus"`
	ApvRel      int               `json:"ApvRel" xml:"ApvRel"`           // 1 all (会签), 2 any (或签), 3 one after the other; ApproverAttr counts differently
	SubNodeList []ApprovalOpinion `json:"SubNodeList" xml:"SubNodeList"` // one for each member
}

// ApprovalOpinion is what one member of a node did.
type ApprovalOpinion struct {
	UserInfo Member   `json:"UserInfo" xml:"UserInfo"`
	Speech   string   `json:"Speech" xml:"Speech"`
	SpYj     int      `json:"SpYj" xml:"SpYj"` // as SpStatus of an [ApprovalStep]
	SpTime   int64    `json:"Sptime" xml:"Sptime" wecom:"or=SpTime"`
	MediaIds []string `json:"MediaIds" xml:"MediaIds" wecom:"trim or=MediaId or=Attach"` // attachments
}

// ApprovalComment is a remark on the application.
type ApprovalComment struct {
	CommentUserInfo Member   `json:"CommentUserInfo" xml:"CommentUserInfo"`
	CommentTime     int64    `json:"CommentTime" xml:"CommentTime"`
	CommentContent  string   `json:"CommentContent" xml:"CommentContent"`
	CommentId       string   `json:"CommentId" xml:"CommentId"`
	Attach          []string `json:"Attach" xml:"Attach" wecom:"trim or=MediaId or=MediaIds"` // media ids of attachments
}

// OpenApprovalEvent 自建审批状态变化: an application of the approval engine (审批流程引擎)
// changed its state. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90376
type OpenApprovalEvent struct {
	ApprovalInfo OpenApproval `json:"ApprovalInfo" xml:"ApprovalInfo"`
}

// OpenApproval is the present state of the application. Times are Unix seconds.
type OpenApproval struct {
	ThirdNo        string           `json:"ThirdNo" xml:"ThirdNo" wecom:"trim"` // the app's own number
	OpenSpName     string           `json:"OpenSpName" xml:"OpenSpName"`
	OpenTemplateId string           `json:"OpenTemplateId" xml:"OpenTemplateId"`
	OpenSpStatus   int              `json:"OpenSpStatus" xml:"OpenSpStatus"` // 1 in review, 2 passed, 3 refused, 4 cancelled
	ApplyTime      int64            `json:"ApplyTime" xml:"ApplyTime"`
	ApplyUserName  string           `json:"ApplyUserName" xml:"ApplyUserName"`
	ApplyUserId    string           `json:"ApplyUserId" xml:"ApplyUserId"`
	ApplyUserParty string           `json:"ApplyUserParty" xml:"ApplyUserParty"`
	ApplyUserImage string           `json:"ApplyUserImage" xml:"ApplyUserImage"`
	ApprovalNodes  []ApprovalNode   `json:"ApprovalNodes" xml:"ApprovalNodes>ApprovalNode"`
	NotifyNodes    []ApprovalNotify `json:"NotifyNodes" xml:"NotifyNodes>NotifyNode"`
	ApproverStep   int              `json:"ApproverStep" xml:"ApproverStep" wecom:"or=approverstep"` // index of the present node
}

// ApprovalNode is one step in the approval engine.
type ApprovalNode struct {
	NodeStatus int            `json:"NodeStatus" xml:"NodeStatus"` // 1 in review, 2 agreed, 3 refused, 4 handed on
	NodeAttr   int            `json:"NodeAttr" xml:"NodeAttr"`     // 1 any of the approvers, 2 all of them
	NodeType   int            `json:"NodeType" xml:"NodeType"`     // 1 fixed members, 2 tag, 3 superior
	Items      []ApprovalItem `json:"Items" xml:"Items>Item"`
}

// ApprovalItem is one approver of a node.
type ApprovalItem struct {
	ItemName   string `json:"ItemName" xml:"ItemName"`
	ItemUserId string `json:"ItemUserId" xml:"ItemUserId" wecom:"or=ItemUserid"`
	ItemParty  string `json:"ItemParty" xml:"ItemParty"`
	ItemImage  string `json:"ItemImage" xml:"ItemImage"`
	ItemStatus int    `json:"ItemStatus" xml:"ItemStatus"` // as NodeStatus of an [ApprovalNode]
	ItemSpeech string `json:"ItemSpeech" xml:"ItemSpeech"`
	ItemOpTime int64  `json:"ItemOpTime" xml:"ItemOpTime"` // 0 until then
}

// ApprovalNotify is a member who gets a copy.
type ApprovalNotify struct {
	ItemName   string `json:"ItemName" xml:"ItemName"`
	ItemUserId string `json:"ItemUserId" xml:"ItemUserId" wecom:"or=ItemUserid"`
	ItemParty  string `json:"ItemParty" xml:"ItemParty"`
	ItemImage  string `json:"ItemImage" xml:"ItemImage"`
}
