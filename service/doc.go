// Package service holds what a service provider does besides licences and orders: it
// authorises and installs apps, identifies visitors, converts ids, searches contacts and
// works for groups of corps.
//
// Every function takes the [token.Api] and gets its token by itself, except those with an
// accessToken: WeCom accepts them only with a token that the Api does not have, such as that of
// a corp's own, self-built app. Functions that act inside a corp take it from
// api.WithCorp(corpId) and fail with [token.ErrNoCorp] without one. Arguments that WeCom
// could never accept are refused before any request; what WeCom refuses comes back as a
// *[token.Error]. Lists that are longer than WeCom accepts in one request are sent in parts: if one
// part fails, the answers so far are returned with a *[token.PartialError].
//
// Values that hold a token, code or ticket print and log without it; encoding/json shows
// everything.
package service
