// Package redact hides secrets in printed text.
package redact

// Mask replaces a secret; an empty one stays empty, so that "not set" is visible.
func Mask(secret string) string {
	if secret == "" {
		return ""
	}
	return "***"
}

// Names are WeCom's names of values that must not be shown. The first, a mere code, is a
// secret only as a name of its own.
var Names = []string{
	"code", "access_token", "provider_access_token", "suite_access_token", "provider_secret", "suite_secret", "suite_ticket",
	"corpsecret", "permanent_code", "auth_code", "pre_auth_code", "user_ticket", "user_doc_ticket", "js_code", "session_key",
	"ticket", "register_code", "mass_call_ticket", "encoding_aes_key", "encoding_aeskey", "encodingaeskey",
	"chat_key", "secret_no", "debug_token", "notify_id",
}
