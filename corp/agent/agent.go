// Package agent reads and sets what the app of this program is in a customer's corp (应用管理):
// its name and visible range, and what it shows on the workbench.
//
// The corp is the one that the [token.Api] is bound to with [token.Api.WithCorp]; the app is
// the one that the corp has installed.
package agent
