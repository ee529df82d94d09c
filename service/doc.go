// Package service has what a service provider does besides licences and orders: it authorises and
// installs apps, identifies visitors, converts ids, searches contacts and works for groups of corps.
//
// # Installation
//
// A corp installs an app in the app market or by a QR code: then package callback receives the auth
// code and saves the installation. From your own site, send the administrator to [InstallUrl] with a
// code of [GetPreAuthCode], and pass the auth code of the redirect to [ExchangeAuthCode]. Customised
// apps (代开发应用) start with [GetCustomizedAuthUrl].
//
// # Login
//
// [OAuth2Url] is for pages inside WeCom, [WebLoginUrl] for a browser. Both come back with a code for
// [GetuserInfo3rd], or [GetUserInfo] for a customised app. [JsConfig] and [JsAgentConfig] sign for the
// JS-SDK of a page.
//
// # Which token
//
// Every function takes the [token.Api] and gets its token by itself. The exceptions are functions with
// an accessToken: WeCom accepts them only with a token that the Api does not have, such as that of a
// corp's own, self-built app. Functions that act inside a corp take the corp from
// api.WithCorp(corpId), and return [token.ErrNoCorp] without one.
//
// Arguments that WeCom never accepts are errors before any request; what WeCom refuses comes back as
// a *[token.Error]. Lists that are longer than WeCom accepts in one request are sent in parts: if one
// part fails, the answers so far are returned with a *[token.PartialError].
//
// Values that hold a token, code or ticket print and log without it; encoding/json shows everything.
//
// # Names
//
// Names that end in 3rd are for third-party apps; [GetUserInfo], [GetUserDetail] and
// [CorpJsCode2Session] are their counterparts for customised apps. Legacy and V2 are older and newer
// forms of a page. All… walks all pages of a list. Names with Chain are about 上下游.
//
// # Pages of WeCom
//
// Authorisation and installation (授权安装):
//
//   - preauth.go: 获取预授权码 [GetPreAuthCode], 设置授权配置 [SetSessionInfo]
//   - link.go: 第三方应用授权链接 [InstallUrl], 网页授权链接 [OAuth2Url], 企业微信Web登录链接
//     [WebLoginUrl]
//   - permanent.go: 获取企业永久授权码 [ExchangeAuthCode], [GetPermanentCode],
//     [GetPermanentCodeV2]
//   - authinfo.go: 获取企业授权信息 [GetAuthInfo], [GetAuthInfoV2]
//   - admin.go: 获取应用的管理员列表 [GetAdminList], 获取应用管理员列表 [GetAgentAdminList],
//     获取应用权限详情 [GetPermissions]
//   - qrcode.go: 获取应用二维码 [GetAppQrCode], 获取带参授权链接 [GetCustomizedAuthUrl]
//   - register.go: 获取注册码 [GetRegisterCode], 查询注册状态 [GetRegisterInfo],
//     设置授权应用可见范围 [SetScope], 设置通讯录同步完成 [ContactSyncSuccess]
//   - credential.go: 获取服务商凭证 [GetProviderToken], 获取第三方应用凭证 [GetSuiteToken],
//     获取企业凭证 [GetCorpToken]
//
// Login and identity (登录, 身份验证):
//
//   - login.go: 获取访问用户身份 [GetuserInfo3rd], [GetUserInfo3rd], [GetUserInfo3rdLegacy],
//     获取家校访问用户身份 [GetSchoolUserInfo3rd], 获取访问用户敏感信息 [GetUserDetail3rd],
//     获取登录用户信息 [GetLoginInfo]
//   - userinfo.go: 获取访问用户身份 [GetUserInfo], 获取访问用户敏感信息 [GetUserDetail]
//   - miniprogram.go: code2Session [JsCode2Session], [CorpJsCode2Session],
//     获取下级/下游企业小程序session [TransferSession]
//   - jsapi.go: 获取企业的jsapi_ticket [GetJsapiTicket], 获取应用的jsapi_ticket
//     [GetAgentConfigTicket], JS-SDK使用权限签名算法 [JsConfig], [JsAgentConfig]
//
// Conversion of ids (帐号ID转换):
//
//   - ids.go: 明文corpid转换为加密corpid [CorpIdToOpenCorpId], corpid转换 [OpenCorpIdToCorpId],
//     userid的转换 [UserIdToOpenUserId], userid转换 [OpenUserIdToUserId],
//     userid的转换（未明确企业身份场景） [BotUserIdToOpenUserId]
//   - external.go: external_userid转换 [FromServiceExternalUserId], 代开发应用external_userid转换
//     [ToServiceExternalUserId], 转换external_userid [GetNewExternalUserId],
//     转换客户群成员external_userid [GroupChatGetNewExternalUserId]
//   - unionid.go: unionid转换 [UnionIdToExternalUserId3rd], unionid转换为external_userid
//     [UnionIdToExternalUserId], external_userid查询pending_id [ExternalUserIdToPendingId],
//     申请临时提高转换额度 [ApplyMassCallTicket]
//   - idconvert.go: 客户标签ID转换 [ConvertExternalTagId], 微信客服ID的转换 [ConvertOpenKfId],
//     tmp_external_userid的转换 [ConvertTmpExternalUserId], 客户群ID的转换 [ConvertChatId],
//     申请升级客户群ID [ApplyToUpgradeChatId], 新授权企业升级客户群ID [UpgradeChatIdForNewCorp]
//   - migration.go: 设置迁移完成 [FinishOpenIdMigration], [FinishExternalUserIdMigration],
//     查询迁移状态 [GetOpenIdMigration], 设置历史已授权应用成员敏感信息迁移完成
//     [SetAppMigrateFlag], 读取历史已授权应用成员敏感信息迁移状态 [GetAppMigrateFlag]
//
// Contacts of a corp by name (通讯录搜索, 通讯录展示):
//
//   - contact.go: 通讯录单个搜索 [ContactSearch], [AllContactSearch], 通讯录批量搜索
//     [ContactBatchSearch], 通讯录userid排序 [ContactSort]
//   - translate.go: 异步通讯录id转译 [ContactIdTranslate], 获取异步任务结果 [GetBatchResult],
//     上传需要转译的文件 [MediaUpload]
//
// Groups of corps (企业互联, 上下游):
//
//   - corpgroup.go: 获取应用共享信息 [ListAppShareInfo], [AllAppShareInfo],
//     获取下级/下游企业的access_token [GetCorpGroupToken]
//   - chain.go: 获取上下游列表 [GetChainList], 获取上下游通讯录分组 [GetChainGroup],
//     获取企业上下游通讯录分组下的企业详情列表 [GetChainCorpInfoList], [AllChainCorpInfo],
//     获取企业上下游通讯录下的企业信息 [GetChainCorpInfo], 获取下级企业加入的上下游
//     [GetCorpSharedChainList], 查询成员自定义id [GetChainUserCustomId]
//   - chainimport.go: 批量导入上下游联系人 [ImportChainContact], 获取异步任务结果
//     [GetChainImportResult], 移除企业 [RemoveCorp]
//   - chainunionid.go: 通过unionid和openid查询external_userid [ChainUnionIdToExternalUserId],
//     unionid查询pending_id [ChainUnionIdToPendingId], external_userid查询pending_id
//     [ChainExternalUserIdToPendingId]
//
// Other pages:
//
//   - acquisition.go: 获取获客助手组件账单 [GetAcquisitionBillList], [AllAcquisitionBills]
//   - device.go: 添加设备实例 [AddDevice], 删除设备实例 [DelDevice], 获取设备列表 [ListDevice],
//     查询设备绑定信息 [GetDeviceAuthInfo], 重置设备SecretNo [ResetSecretNo], 上传设备日志
//     [FetchDeviceLog], 获取设备自定义参数 [GetDeviceFeature], 设置打印机支持状态
//     [SetPrinterSupportState]
//   - ip.go: 获取企业微信回调IP段 [GetCallbackIp], 获取企业微信接口IP段 [GetApiDomainIp]
package service
