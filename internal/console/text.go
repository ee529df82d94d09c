package console

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// language is that of a page.
type language string

const (
	chinese language = "zh-CN"
	english language = "en"
)

const languageCookie = "wecom_language"

// languageOf is what the browser has chosen, or prefers.
func languageOf(r *http.Request) language {
	chosen, text := "", r.Header.Get("Accept-Language")
	if cookie, err := r.Cookie(languageCookie); err == nil {
		chosen = cookie.Value
	}
	if chosen == string(chinese) || chosen != string(english) && strings.HasPrefix(strings.ToLower(text), "zh") {
		return chinese
	}
	return english
}

// other is the language that the page is not in.
func (l language) other() language {
	if l == chinese {
		return english
	}
	return chinese
}

// A number stays on the line of its measure word or unit.
var (
	chineseGap = regexp.MustCompile(`(\d) (\p{Han}|ms|min)`)
	englishGap = regexp.MustCompile(`(\d) (d|ms|min|h|s|tries|members|corps|codes)\b`)
)

// t chooses between the two texts of a page, and puts the values into its %s and %d.
func (l language) t(zh, en string, values ...any) string {
	text, gap := en, englishGap
	if l == chinese {
		text, gap = zh, chineseGap
	}
	if len(values) > 0 {
		text = fmt.Sprintf(text, values...)
	}
	return gap.ReplaceAllString(text, "$1\u00a0$2")
}

// count is a number with what is counted: its measure word and noun in Chinese, the noun of one
// in English.
func (l language) count(n int, zh, en string) string {
	if l == chinese {
		return fmt.Sprintf("%d\u00a0%s", n, zh)
	}
	if n != 1 {
		en += "s"
	}
	return fmt.Sprintf("%d\u00a0%s", n, en)
}

// beijing is the time of WeCom.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// when is a time without its year; moment is the whole of it, with seconds.
func when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(beijing).Format("01-02\u00a015:04")
}

func moment(t time.Time) string { return t.In(beijing).Format("2006-01-02\u00a015:04:05") }

// day is the date of a time.
func day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(beijing).Format("2006-01-02")
}

// hour is a time of today, with milliseconds.
func hour(t time.Time) string { return t.In(beijing).Format("15:04:05.000") }

// span is a length of time in its two largest units.
func (l language) span(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	units := []struct {
		of     time.Duration
		zh, en string
	}{{24 * time.Hour, "天", "d"}, {time.Hour, "小时", "h"}, {time.Minute, "分", "min"}, {time.Second, "秒", "s"}}
	for i, u := range units {
		n := d / u.of
		if n == 0 && i < len(units)-1 {
			continue
		}
		text := l.t(strconv.Itoa(int(n))+" "+u.zh, strconv.Itoa(int(n))+" "+u.en)
		if i+1 < len(units) && n < 10 { // 312 days are told without hours
			next := units[i+1]
			if m := d % u.of / next.of; m > 0 {
				text += l.t(fmt.Sprintf(" %d %s", m, next.zh), fmt.Sprintf(" %d %s", m, next.en))
			}
		}
		return text
	}
	return ""
}

// yuan is an amount of money, from fen.
func yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "−", -fen
	}
	whole := strconv.FormatInt(fen/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s¥%s.%02d", sign, whole, fen%100)
}
