package callback

// Groups of corps: 企业互联 (agent) and 上下游 (chain), on 指令回调URL and 数据回调URL;
// change_chain on 数据回调URL only.
const (
	KItShareAgentChange EventKind = "share_agent_change"
	KItShareChainChange EventKind = "share_chain_change"
	KItChangeChain      EventKind = "change_chain" // a [ChainEvent]
)

// ShareChangeEvent 共享应用变更: a corp shared the app with another one or took it back. In
// Event form it has a head only. It arrives on the 指令回调URL and the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/93373
type ShareChangeEvent struct {
	AppId   int64  `json:"AppId" xml:"AppId"`     // within an old multi-app suite
	CorpId  string `json:"CorpId" xml:"CorpId"`   // the sharing (upper) corp; AuthCorpId is empty
	AgentId int64  `json:"AgentId" xml:"AgentId"` // the app in that corp
}

// ChainEvent 上下游变更: a chain, a group in it or its corps changed. ChangeType: create_chain,
// update_chain, delete_chain, create_group, update_group, delete_group, corp_join, update_corp
// or remove_corp. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/95796
type ChainEvent struct {
	ChainId  string   `json:"ChainId" xml:"ChainId"`
	GroupIds []int64  `json:"GroupIds" xml:"GroupIds>GroupId"`
	CorpIds  []string `json:"CorpIds" xml:"CorpIds>CorpId"`
}
