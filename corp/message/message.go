// Package message sends an app's messages to members of a customer's corp, recalls them, and
// replaces their template cards (消息推送).
//
// The corp is the one that the [token.Api] is bound to with [token.Api.WithCorp]; messages come
// from the app that the corp has installed.
//
// # Cards
//
// A template card ([TemplateCard]) with buttons, a vote or selections sends an event when somebody
// answers. [UpdateTemplateCard] then replaces the card, with the response code of the event or of
// [Send]. Types that begin with Card are parts of a card.
//
// # Pages of WeCom
//
//   - send.go: 发送应用消息 [Send]
//   - update.go: 更新模版卡片消息 [UpdateTemplateCard]
//   - recall.go: 撤回应用消息 [Recall]
package message
