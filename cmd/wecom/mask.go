package main

import (
	"regexp"
	"slices"
	"strings"
)

// secretElements are the elements of pushes that open something.
const secretElements = "SuiteTicket|AuthCode|PermanentCode|ChatKey|OnceKey|Token|AccessToken|WelcomeCode|ResponseCode|" +
	"RegisterCode|ActiveCode|PreviousActiveCode|NotifyId|SecretNo|notify_id"

// The last part of each is also the end of a message that was cut off.
var (
	secretXML  = regexp.MustCompile(`(?is)(<(` + secretElements + `)(?:\s[^>]*)?>\s*(?:<!\[CDATA\[)?)(.*?)((?:\]\]>)?\s*</|$)`)
	secretJSON = regexp.MustCompile(`(?is)("(` + secretElements + `)"\s*:\s*)("(?:[^"\\]|\\.)*(?:"|$)|[^\s",}\]]+)`)
)

// maskMessage hides the tickets and codes in a decrypted message, and names their elements.
func maskMessage(message string) (masked string, names []string) {
	replace := func(re *regexp.Regexp, with string) {
		for _, m := range re.FindAllStringSubmatch(message, -1) {
			if strings.Trim(m[3], `" `) != "" && !slices.Contains(names, m[2]) {
				names = append(names, m[2])
			}
		}
		message = re.ReplaceAllString(message, with)
	}
	replace(secretXML, "${1}***${4}")
	replace(secretJSON, `${1}"***"`)
	return message, names
}
