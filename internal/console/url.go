package console

import "github.com/gothird/wecom/internal/sandbox"

// callbackURL is one of the provider's callback URLs, with its last check.
type callbackURL struct {
	Channel, SuiteId, App, URL string
	Template                   bool
	Check                      *sandbox.Checked
}

// callbackURLs lists those that there can be, set or not: two for each app, and the system's.
func callbackURLs(p sandbox.Provider) (list []callbackURL) {
	for _, s := range p.Suites {
		list = append(list, callbackURL{"command", s.SuiteId, s.Name, s.CommandURL, s.Template, s.CommandCheck},
			callbackURL{"data", s.SuiteId, s.Name, s.DataURL, s.Template, s.DataCheck})
	}
	return append(list, callbackURL{Channel: "system", URL: p.SystemURL, Check: p.SystemCheck})
}

// channel is the name of a channel for people.
func (l language) channel(u callbackURL) string {
	switch {
	case u.Channel == "system":
		return l.t("系统事件", "System events")
	case u.Channel == "data":
		return l.t("数据回调", "Data")
	case u.Template:
		return l.t("代开发模板回调", "Template")
	}
	return l.t("指令回调", "Command")
}
