// Package chatdata works with the data and intelligence zone (数据与智能专区): it says who has opened
// conversations and documents to the zone, and calls the programs there that work on them.
//
// # Programs
//
// What is said and written never leaves the zone. Programs in it read it, and give the app what
// their protocols allow: [SyncCallProgram] returns the answer at once, [AsyncProgramTask] and
// [WaitProgram] are for work that takes longer. A program that has something to report sends the
// event program_notify, whose NotifyId goes with the call that follows.
//
// An app needs the right 数据与智能专区 (error 710641 without). Programs must be linked to it
// (790020) and in a normal state (710645). In third-party apps userids are the encrypted ones.
//
// # Prefixes
//
// Names with Auth are about conversations (会话), names with DocAuth or DocGet about documents (文档).
// Names with Program call programs.
//
// # Pages of WeCom
//
//   - auth.go: 获取数据与智能专区授权信息 [GetCorpAuthInfo], 获取授权存档的成员列表
//     [GetAuthUserList], [AllAuthUsers]
//   - docauth.go: 获取数据与智能专区文档存档授权信息 [DocGetAuthInfo],
//     获取文件内容存档授权成员列表 [DocGetAuthUserList], [AllDocAuthUsers]
//   - program.go: 应用同步调用专区程序 [SyncCallProgram]
//   - programtask.go: 创建专区程序调用任务 [AsyncProgramTask], 获取专区程序任务结果
//     [AsyncProgramResult], [WaitProgram]
//   - receive.go: 设置专区接收回调事件 [SetReceiveCallback]
//   - upload.go: 上传临时文件到专区 [UploadMedia]
//   - publickey.go: 设置公钥 [SetPublicKey]
//   - sensitiveinfo.go: 设置成员会话组件敏感信息隐藏配置 [SetHideSensitiveInfoConfig],
//     获取成员会话组件敏感信息隐藏配置 [GetHideSensitiveInfoConfig]
//   - log.go: 设置日志打印级别 [SetLogLevel], 获取日志打印级别 [GetLogLevel]
//   - debug.go: 开启专区调试模式 [OpenDebugMode], 关闭专区调试模式 [CloseDebugMode],
//     获取专区调试模式状态 [CheckDebugMode]
package chatdata

import "github.com/gothird/wecom/internal/check"

// programReq names a program.
type programReq struct {
	ProgramId string `json:"program_id"`
}

func (p programReq) check() error { return check.Required("program_id", p.ProgramId) }
