package main

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf16"
)

// curlCommand is what stands before the arguments of curl in a line, prompts included:
// "$ curl", "PS C:\> curl.exe", "/usr/bin/curl".
var curlCommand = regexp.MustCompile(`^(?:[^"'=\n]*[\s>$#/\\])?(?i:curl(?:\.exe)?)(?:\s|$)`)

// continued are the line ends within a command of cmd.exe and PowerShell.
var continued = regexp.MustCompile("[ \t][\\^`][ \t]*\r?\n")

// curlArguments are the arguments of a curl command, quoted as a POSIX shell has them.
func curlArguments(command string) (args string, ok bool) {
	at := curlCommand.FindStringIndex(command)
	if at == nil {
		return "", false
	}
	args = continued.ReplaceAllString(command[at[1]:], " ")
	if strings.Contains(args, `^"`) { // cmd.exe, as browsers copy it: ^ escapes each mark
		args = withoutCarets(args)
	}
	return args, true
}

// withoutCarets removes the escapes of cmd.exe; an escaped line end is none.
func withoutCarets(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '^' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		if text[i] == '\r' && strings.HasPrefix(text[i:], "\r\n") {
			i++
		}
		if text[i] != '\n' {
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// plainText is data in UTF-8 and without a byte-order mark: PowerShell writes UTF-16.
func plainText(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return bytes.TrimPrefix(data, []byte("\ufeff"))
	}
	var units []uint16
	for rest := data[2:]; len(rest) > 1; rest = rest[2:] {
		units = append(units, order.Uint16(rest))
	}
	return []byte(string(utf16.Decode(units)))
}
