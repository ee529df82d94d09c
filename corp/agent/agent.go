// Package agent reads and sets what the app is in a customer's corp (应用管理): its name and visible
// range, and what it shows on the workbench.
//
// The corp is the one that the [token.Api] is bound to with [token.Api.WithCorp]; the app is the
// one that the corp has installed.
//
// # The workbench
//
// The app can show numbers, a list, an image or a web page on the workbench (工作台) in place of its
// icon. An administrator of the corp switches that on. [SetWorkbenchTemplate] sets it for everybody,
// [SetWorkbenchData] and [BatchSetWorkbenchData] set the content for single members.
//
// # Pages of WeCom
//
//   - get.go: 获取指定的应用详情 [Get], 获取access_token对应的应用列表 [List],
//     自建应用迁移成代开发应用 [ClaimCustomizedApp]
//   - workbench.go: 设置应用在工作台展示的模版 [SetWorkbenchTemplate], 获取应用在工作台展示的模版
//     [GetWorkbenchTemplate], 设置应用在用户工作台展示的数据 [SetWorkbenchData],
//     批量设置应用在用户工作台展示的数据 [BatchSetWorkbenchData], 获取应用在用户工作台展示的数据
//     [GetWorkbenchData]
package agent
