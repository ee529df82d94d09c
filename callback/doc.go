// Package callback receives what WeCom pushes to a service provider (接收消息与事件): URL checks,
// tickets, authorisations, events and messages.
//
// An [Inbox] is the whole of it: one per program, for any number of suites and callback URLs.
// [Inbox.Handler] makes the http.Handler of one URL, which verifies, decrypts, puts what came
// into the [Queue] and then answers `success`. [On] registers functions by type, [Inbox.Run]
// runs them: every notice once, those of a corp in order, again after a failure, also after a
// restart. Installations come and go by themselves: a suite_ticket is stored, an auth code
// becomes an installation, a cancelled one is removed.
//
//	in, err := callback.NewInbox(callback.Config{Queue: queue})
//	callback.On(in, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error {
//		return welcome(n.Api, n.Permanent())
//	}, callback.KItCreateAuth)
//	h, err := in.Handler(api, callback.URL{Token: token, EncodingAESKey: key})
//	http.Handle("/wecom/app", h)
//	go in.Run(ctx)
//
// Which URL an event comes on is said at its type: on the App URL of the suite (指令回调URL,
// 数据回调URL, 代开发模板回调URL) or on the System URL of the provider (系统事件接收URL).
// [Explain] says why a request is refused.
//
// Below it, [Parse] decodes a push that was decrypted elsewhere, and [Crypt] does the bytes
// only. Constants KIt… name kinds of pushes (InfoType and Event), KCt… kinds of changes
// (ChangeType).
package callback
