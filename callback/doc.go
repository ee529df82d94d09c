// Package callback receives what WeCom pushes to a service provider (接收消息与事件): URL checks,
// tickets, authorisations, events and messages.
//
// # Begin here
//
// Make one [Inbox] per program, for any number of suites and callback URLs:
//
//	in, err := callback.NewInbox(callback.Config{Queue: queue})
//	callback.On(in, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error {
//		return welcome(n.Api, n.Permanent())
//	}, callback.KItCreateAuth)
//	h, err := in.Handler(api, callback.URL{Token: urlToken, EncodingAESKey: aesKey})
//	http.Handle("/wecom/app", h)
//	go in.Run(ctx)
//
// [Inbox.Handler] makes the http.Handler of one callback [URL]. It verifies and decrypts a push,
// puts it into the [Queue] as a [Notice], and then answers `success`. [On] registers functions by
// the type of event, [Answer] functions that reply to messages (被动回复). [Inbox.Run] calls the
// functions for each notice until they have succeeded, also after a restart, and for one notice of
// a lane after the other (see [On]). A function may be called more than once for a notice, so it
// must be safe to repeat.
//
// Installations need no function of yours: a suite_ticket is stored, an auth code is exchanged and
// its installation saved, and a cancelled installation is removed.
//
// # Which event on which URL
//
// The comment of each event type, and of each group of kinds, names the URL in WeCom's console. For
// [URL].Channel there are two values:
//
//   - [App]: 指令回调URL and 数据回调URL of a third-party app; 代开发模板回调URL of a template, where the
//     comments say 指令回调URL; 接收消息服务器URL of a customised app, where they say 数据回调URL
//   - [System]: 系统事件接收URL of the provider
//
// Events with two URLs have two forms: with InfoType on the 指令回调URL, for third-party apps, and with
// Event on the 数据回调URL, for customised apps. Both arrive as the same type, under the same name.
//
// # Names of events
//
// Constants that begin with KIt are names of an InfoType (It) or an Event; those that begin with KCt
// are names of a ChangeType (Ct). [On] takes both. An event without a type of its own arrives as
// [BareEvent], an unknown one as [UnknownEvent]. Types that end in Event are events, those that end
// in Message are messages of members, those that end in Reply answer them, and those that begin with
// Card are parts of a [CardReply].
//
// # Pages of WeCom
//
// Authorisation, licences and orders:
//
//   - auth.go: 推送suite_ticket [SuiteTicketEvent], 授权通知事件 [AuthEvent], 特殊权限与数据权限
//     [SpecialAuthEvent]
//   - license.go: 接口许可支付成功 [LicensePayEvent], 接口许可退款结果 [LicenseRefundEvent],
//     许可自动激活 [AutoActivateEvent]
//   - advanced.go: 高级功能订单 [AdvancedApiEvent], 应用接收专区通知 [ProgramNotifyEvent]
//   - order.go: 应用版本付费 [AppOrderEvent]
//   - register_corp.go: 注册完成回调事件 [RegisterCorpEvent]
//
// Contacts and customers:
//
//   - contact.go: 成员通知事件 [ContactEvent], 部门通知事件 [DepartmentEvent], 标签通知事件 [TagEvent]
//   - externalcontact.go: 客户变更 [ExternalContactEvent], 客户群变更 [ExternalChatEvent], 客户标签变更
//     [ExternalTagEvent]
//   - acquisition.go: 获客链接变更 [AcquisitionLinkEvent], 获客会话 [AcquisitionChatEvent],
//     获客额度即将过期 [AcquisitionQuotaEvent], 服务商获客额度消耗 [AcquisitionCostEvent], 获客价格变更
//     [AcquisitionPriceEvent]
//   - kf.go: 微信客服消息 [KfMsgEvent], 客服账号授权变更 [KfAccountAuthEvent]
//   - chatarchive.go: 会话内容通知 [ChatTokenEvent], 客户同意会话存档 [ChatAuditEvent]
//   - school.go: 家校通讯录变更 [SchoolContactEvent], 家校通讯录批量变更 [SchoolContactBatchEvent], 直播回调事件
//     [LivingEvent]
//   - corpgroup.go: 共享应用变更 [ShareChangeEvent], 上下游变更 [ChainEvent]
//
// Messages, the app and jobs:
//
//   - message.go: 文本消息 [TextMessage], 图片消息 [ImageMessage], 语音消息 [VoiceMessage], 视频消息
//     [VideoMessage], 位置消息 [LocationMessage], 链接消息 [LinkMessage]
//   - menu.go: 应用菜单事件 [MenuEvent], 上报地理位置 [LocationEvent], 扫码 [ScanCodeEvent], 发图 [PicEvent],
//     发送位置 [LocationSelectEvent], 模板卡片点击 [TemplateCardEvent], 任务卡片点击 [TaskCardEvent]
//   - reply.go, reply_card.go: 被动回复 [Reply], [TextReply], [ImageReply], [VoiceReply],
//     [VideoReply], [NewsReply]; 模板卡片 [CardReply], [ButtonReply]
//   - agent.go: 应用低活跃 [ActivityEvent], 工作台自定义展示 [WorkbenchModeEvent]
//   - batch_job.go: 异步任务完成 [BatchJobEvent], 异步任务结果 [JobEvent]
//
// Office and hardware:
//
//   - approval.go: 审批申请状态变化 [SysApprovalEvent], 自建审批状态变化 [OpenApprovalEvent]
//   - calendar.go: 日历与日程变更 [CalendarEvent]; meeting.go: 会议变更 [MeetingEvent], 会议室预定
//     [MeetingRoomEvent], 会议统计 [MeetingStatisticsEvent]; mail.go: 收到邮件 [MailEvent]
//   - document.go: 文档与收集表变更 [DocEvent], 智能表格变更 [SmartSheetEvent]; wedrive.go: 微盘变更
//     [WedriveEvent], 专业版帐号审批 [VipApprovalEvent]
//   - device.go: 设备变更 [DeviceEvent], 设备连接 [DeviceConnectionEvent], 设备错误上报 [DeviceErrorEvent],
//     设备日志 [DeviceLogEvent], 打卡数据上报 [CheckinReportEvent], 门禁数据上报 [AccessReportEvent],
//     测温数据上报 [TemperatureReportEvent]
//
// Encryption:
//
//   - crypt.go: 加解密 [Crypt]; url.go, handler.go: 回调配置 [URL], [Handler]
//
// # When something goes wrong
//
// [Explain] says why a request is refused. [Config].OnError gets every failure, and [Inbox.Dead]
// lists the notices that were given up.
//
// # For a queue of your own
//
// A decrypted push is a [Notice]. The Inbox puts it into the [Queue] as an [Item], gets it back by
// Claim as a [Claimed] item, and returns the outcome by Settle as a [Settlement]. Only these types,
// and [Ask], [Hold], [Kind], [Buried] and [Stats], concern a queue. Package queuetest tests one.
//
// # Lower layers
//
// [Parse] decodes a push that was decrypted elsewhere. [Crypt] only encrypts, decrypts and signs.
package callback
