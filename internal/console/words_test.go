package console

import (
	"html/template"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTexts(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "共 3\u00a0个", chinese.t("共 %d 个", "%d in all", 3), "a number stays beside its measure word")
	assert.Equal(t, "3\u00a0tries", english.t("%d 次", "%d tries", 3))
	assert.Equal(t, "100%", english.t("全部", "100%"), "without values nothing is a verb")
	assert.Equal(t, english, chinese.other())
	assert.Equal(t, chinese, english.other())
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 12, 2, 42, 31, 41e6, time.UTC)
	assert.Equal(t, "03-12\u00a010:42", when(at), "in the time of WeCom")
	assert.Equal(t, "2026-03-12\u00a010:42:31", moment(at))
	assert.Equal(t, "2026-03-12", day(at))
	assert.Equal(t, "10:42:31.041", hour(at))
	assert.Equal(t, "–", when(time.Time{}))
	assert.Equal(t, "–", day(time.Time{}))
	for d, want := range map[time.Duration]string{
		0: "0 s", -time.Hour: "0 s", 59 * time.Second: "59 s", 61 * time.Second: "1 min 1 s", 91 * time.Minute: "1 h 31 min", 12*time.Hour + time.Minute: "12 h",
		25 * time.Hour: "1 d 1 h", 312*24*time.Hour + 5*time.Hour: "312 d",
	} {
		assert.Equal(t, want, strings.ReplaceAll(english.span(d), "\u00a0", " "), d)
	}
	assert.Equal(t, "1 小时 31 分", strings.ReplaceAll(chinese.span(91*time.Minute), "\u00a0", " "))
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for fen, want := range map[int64]string{0: "¥0.00", 5: "¥0.05", 99999: "¥999.99", 100000: "¥1,000.00", 123456789: "¥1,234,567.89", -150: "−¥1.50"} {
		assert.Equal(t, want, yuan(fen))
	}
}

// What comes from data is escaped wherever HTML is written.
func TestPiecesOfHTMLAreEscaped(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>#12345678`
	for name, h := range map[string]template.HTML{
		"icon": icon(evil), "tag": tag(evil, evil), "id": id(evil), "copy": copyButton(english, evil), "mark": revealed(english, evil), "pretty": pretty(evil), "breakable": breakable(evil),
	} {
		assert.NotContains(t, string(h), "<script", name)
		assert.NotContains(t, string(h), `"">`, name)
	}
	assert.Equal(t, template.HTML("–"), revealed(english, ""), "there is no secret")
	assert.Equal(t, template.HTML("a.<wbr>b_<wbr>c"), breakable("a.b_c"))
}

func TestLongIdsAreShort(t *testing.T) {
	t.Parallel()
	assert.Contains(t, string(id("0123456789abcdef")), ">0123456789abcdef<")
	assert.Contains(t, string(id("0123456789abcdefg")), `title="0123456789abcdefg">01234567…cdefg<`)
	assert.Contains(t, string(id(strings.Repeat("企", 20))), ">企企企企企企企企…企企企企企<", "characters are not cut")
}

func TestPrettyShowsKeysAndMarks(t *testing.T) {
	t.Parallel()
	assert.Equal(t, template.HTML(`{<span class="k">&#34;a&#34;</span>: &#34;<mark>#12345678</mark>&#34;}`), pretty(` {"a": "#12345678"} `))
	assert.Equal(t, template.HTML(`<span class="k">&lt;A&gt;</span><span class="k">&lt;![CDATA[</span>x<span class="k">]]&gt;</span><span class="k">&lt;/A&gt;</span>`), pretty("<A><![CDATA[x]]></A>"))
}

func TestDictWantsNames(t *testing.T) {
	t.Parallel()
	got, err := dict("A", 1, "B", "two")
	assert.NoError(t, err)
	assert.Equal(t, map[string]any{"A": 1, "B": "two"}, got)
	_, err = dict(1, 2)
	assert.ErrorContains(t, err, "1 is no name")
}
