// Package redact hides secrets in what gets printed.
package redact

// Mask stands in for a secret; an empty one stays empty, so that "not set" can be seen.
func Mask(secret string) string {
	if secret == "" {
		return ""
	}
	return "***"
}
