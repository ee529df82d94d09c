// Package redact hides secrets in printed text.
package redact

// Mask replaces a secret; an empty one stays empty, so that "not set" is visible.
func Mask(secret string) string {
	if secret == "" {
		return ""
	}
	return "***"
}

// Words is how many of Names, the first ones, are words of any text too: a value is a secret
// only where they are the whole name.
const Words = 2

// Names are WeCom's names of values that must not be shown. token is that of a
// kf_msg_or_event, which reads messages.
var Names = []string{
	"code", "token", "access_token", "provider_access_token", "suite_access_token", "provider_secret", "suite_secret", "suite_ticket",
	"corpsecret", "permanent_code", "auth_code", "pre_auth_code", "user_ticket", "user_doc_ticket", "js_code", "session_key",
	"ticket", "register_code", "mass_call_ticket", "encoding_aes_key", "encoding_aeskey", "encodingaeskey",
	"chat_key", "secret_no", "debug_token", "notify_id",
}
