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
//	h, err := in.Handler(api, callback.URL{Token: token, EncodingAESKey: key})
//	http.Handle("/wecom/app", h)
//	go in.Run(ctx)
//
// [Inbox.Handler] makes the http.Handler of one callback [URL]. It verifies and decrypts a
// push, puts it into the [Queue] as a [Notice], and then answers `success`. [On] registers
// functions by the type of event, [Answer] functions that reply to messages (被动回复).
// [Inbox.Run] runs the functions: every notice once, the notices of a corp in order, again
// after a failure, also after a restart.
//
// Installations need no function of yours: a suite_ticket is stored, an auth code is
// exchanged and its installation saved, and a cancelled installation is removed.
//
// # Which event on which URL
//
// The comment of each event type names its URL: the App URL of the suite (指令回调URL
// "instruction", 数据回调URL "data", 代开发模板回调URL) or the System URL of the provider
// (系统事件接收URL). See [Channel].
//
// # Names of events
//
// Constants that begin with KIt (kind) are values of InfoType and Event, those with KCt
// (change type) are values of ChangeType. Use them as kinds in [On]. An event without a type
// of its own arrives as [BareEvent], an unknown one as [UnknownEvent].
//
// # When something goes wrong
//
// [Explain] says why a request is refused. [Config].OnError gets every failure, and
// [Inbox.Dead] lists the notices that were given up.
//
// # Lower layers
//
// [Parse] decodes a push that was decrypted elsewhere. [Crypt] only encrypts, decrypts and
// signs.
package callback
