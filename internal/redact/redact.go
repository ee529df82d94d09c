// Package redact hides secrets in printed text.
package redact

// Mask replaces a secret; an empty one stays empty, so that "not set" is visible.
func Mask(secret string) string {
	if secret == "" {
		return ""
	}
	return "***"
}
