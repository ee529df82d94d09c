// Package message sends an app's messages to members of a customer's corp, recalls them, and
// replaces their template cards (消息推送).
//
// The corp is the one that the [token.Api] is bound to with [token.Api.WithCorp]; messages
// come from the app that the corp has installed.
package message
