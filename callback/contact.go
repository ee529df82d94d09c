package callback

import "encoding/xml"

// KItChangeContact 通讯录变更: members, departments and tags, on 指令回调URL and 数据回调URL;
// the ChangeType says which.
const KItChangeContact EventKind = "change_contact"

// ChangeTypes of members, on 指令回调URL and 数据回调URL: [ContactEvent].
const (
	KCtCreateUser EventKind = "create_user"
	KCtUpdateUser EventKind = "update_user"
	KCtDeleteUser EventKind = "delete_user"
)

// ChangeTypes of departments, on 指令回调URL and 数据回调URL: [DepartmentEvent].
const (
	KCtCreateParty EventKind = "create_party"
	KCtUpdateParty EventKind = "update_party"
	KCtDeleteParty EventKind = "delete_party"
)

// ChangeTypes of tags, on 指令回调URL and 数据回调URL: [TagEvent].
const (
	KCtUpdateTag EventKind = "update_tag"
)

// ContactEvent 成员通知事件: a member joined, changed or left. create_user and update_user carry
// what the app may see, an update only what changed; delete_user carries the ids. It arrives on
// the 指令回调URL and the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90639
type ContactEvent struct {
	ContactInfo
}

// ContactInfo is a member as contact events show it.
type ContactInfo struct {
	UserID         string    `json:"UserID" xml:"UserID"`
	OpenUserID     string    `json:"OpenUserID" xml:"OpenUserID"`
	NewUserID      string    `json:"NewUserID" xml:"NewUserID"` // only when the userid changed
	Name           string    `json:"Name" xml:"Name"`           // the userid, for apps that may not know names
	Department     []string  `json:"Department" xml:"Department" wecom:"list"`
	MainDepartment string    `json:"MainDepartment" xml:"MainDepartment" wecom:"trim"`
	IsLeaderInDept []string  `json:"IsLeaderInDept" xml:"IsLeaderInDept" wecom:"list"` // 0 or 1 for each of Department
	DirectLeader   []string  `json:"DirectLeader" xml:"DirectLeader" wecom:"list"`     // userids
	Mobile         string    `json:"Mobile" xml:"Mobile" wecom:"trim"`
	Position       string    `json:"Position" xml:"Position"`
	Gender         int       `json:"Gender" xml:"Gender"` // 1 male, 2 female, 0 unknown or hidden
	Status         int       `json:"Status" xml:"Status"` // 1 active, 2 disabled, 4 not activated, 5 left
	BizMail        string    `json:"BizMail" xml:"BizMail" wecom:"trim"`
	Email          string    `json:"Email" xml:"Email" wecom:"trim"`
	Avatar         string    `json:"Avatar" xml:"Avatar" wecom:"trim"`
	Alias          string    `json:"Alias" xml:"Alias"`
	Telephone      string    `json:"Telephone" xml:"Telephone" wecom:"trim"`
	Address        string    `json:"Address" xml:"Address"` // Event form only
	ExtAttr        []ExtAttr `json:"ExtAttr" xml:"ExtAttr" wecom:"child=Item"`
}

// ExtAttr 扩展属性: one extended attribute of a member.
type ExtAttr struct {
	Name  string      `json:"Name" xml:"Name"`
	Type  int         `json:"Type" xml:"Type"` // 0 text, 1 web
	Text  ExtAttrText `json:"Text" xml:"Text"`
	Web   ExtAttrWeb  `json:"Web" xml:"Web"`
	Value string      `json:"Value" xml:"Value"` // pushes of older editions, instead of Type, Text and Web
}

// ExtAttrText is the value of an attribute of type 0.
type ExtAttrText struct {
	Value string `json:"Value" xml:"Value"`
}

// ExtAttrWeb is the value of an attribute of type 1.
type ExtAttrWeb struct {
	Title string `json:"Title" xml:"Title"`
	Url   string `json:"Url" xml:"Url"`
}

// DepartmentEvent 部门通知事件: a department was made, changed or deleted. It arrives on the
// 指令回调URL and the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90640
type DepartmentEvent struct {
	DepartmentInfo
}

// DepartmentInfo is a department as contact events show it; an update carries only what
// changed, a deletion the Id.
type DepartmentInfo struct {
	Id       int64  `json:"Id" xml:"Id"`
	Name     string `json:"Name" xml:"Name"` // the id as text, for apps that may not know names
	ParentId int64  `json:"ParentId" xml:"ParentId"`
	Order    int64  `json:"Order" xml:"Order"` // larger ones come first
}

// TagEvent 标签通知事件: members or departments joined or left a tag. The app that made the
// change gets no event. It arrives on the 指令回调URL and the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90641
type TagEvent struct {
	TagInfo
}

// TagInfo says who joined and who left the tag.
type TagInfo struct {
	TagId         int64    `json:"TagId" xml:"TagId"`
	AddUserItems  []string `json:"AddUserItems" xml:"AddUserItems" wecom:"list"`   // userids
	DelUserItems  []string `json:"DelUserItems" xml:"DelUserItems" wecom:"list"`   // userids
	AddPartyItems []int64  `json:"AddPartyItems" xml:"AddPartyItems" wecom:"list"` // department ids
	DelPartyItems []int64  `json:"DelPartyItems" xml:"DelPartyItems" wecom:"list"` // department ids
}

// UnmarshalXML splits the lists, which arrive as one text. A struct that embeds ContactInfo
// or ContactEvent has this method too: decode head and event one after the other, or use
// [Parse].
func (c *ContactInfo) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	return unmarshalXML(d, start, c)
}

// UnmarshalJSON splits the lists, which arrive as one text, and takes quoted numbers.
func (c *ContactInfo) UnmarshalJSON(data []byte) error { return unmarshalJSON(data, c) }

// UnmarshalXML splits the lists, which arrive as one text.
func (t *TagInfo) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	return unmarshalXML(d, start, t)
}

// UnmarshalJSON splits the lists, which arrive as one text, and takes quoted numbers.
func (t *TagInfo) UnmarshalJSON(data []byte) error { return unmarshalJSON(data, t) }

// UnmarshalJSON takes quoted numbers.
func (d *DepartmentInfo) UnmarshalJSON(data []byte) error { return unmarshalJSON(data, d) }
