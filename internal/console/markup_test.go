package console

import (
	"html"
	"html/template"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What people write becomes the elements that are known, and nothing else.
func TestMarkup(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		of         func(string) template.HTML
		text, want string
	}{
		{linked, "one\ntwo", "one<br>two"},
		{linked, `<a href="https://x.example.com/?a=1&b=2">go
on</a> & <b>`, `<a href="https://x.example.com/?a=1&amp;b=2" target="_blank" rel="noreferrer">go<br>on</a> &amp; &lt;b&gt;`},
		{linked, `<a href="javascript:alert(1)">go</a>`, "go"},
		{linked, `<a href='http://x/' onclick="y">go <img src=x></a>`, `<a href="http://x/" target="_blank" rel="noreferrer">go &lt;img src=x&gt;</a>`},
		{linked, "see https://x.example.com/a?b=c.", `see <a href="https://x.example.com/a?b=c." target="_blank" rel="noreferrer">https://x.example.com/a?b=c.</a>`},
		{described, `<div class="gray">day</div><br/><div class='highlight'>a<b</div><div>plain</div>`,
			`<span class="line dim">day</span><br><span class="line hi">a&lt;b</span><span class="line ">plain</span>`},
		{described, `<div class="x"onclick="y">z</div>`, `<span class="line ">z</span>`},
		{markdown, "# Head **bold**\nline `a<b**c**`\n\n> quote [x](https://x/y)", `<p class="h">Head <b>bold</b></p><p>line <code>a&lt;b**c**</code></p><blockquote>quote <a href="https://x/y" target="_blank" rel="noreferrer">x</a></blockquote>`},
		{markdown, `<font color="warning">a **b**</font><font color="red">c</font>`, `<p><span class="warning">a <b>b</b></span>&lt;font color=&#34;red&#34;&gt;c&lt;/font&gt;</p>`},
		{markdown, `[x](javascript:alert(1)) <script>`, `<p>[x](javascript:alert(1)) &lt;script&gt;</p>`},
		{markdown, "#no heading\r\n**open", "<p>#no heading</p><p>**open</p>"},
		{markdown, "**a <font color=info>b</font>**", `<p><b>a <span class="info">b</span></b></p>`},
	} {
		assert.Equal(t, x.want, string(x.of(x.text)), x.text)
	}
	for address, want := range map[string]string{"https://x/": "https://x/", " http://x ": "http://x", "ftp://x/": "", "//x/": "", "javascript:x": "", "https:": "", "http://[": ""} {
		assert.Equal(t, want, web(address), address)
	}
}

var knownTag = regexp.MustCompile(`</?(?:br|b|p|code|blockquote|a|span)>|<a href="https?://[^"<>]*" target="_blank" rel="noreferrer">|<p class="h">|<span class="(?:info|comment|warning|line |line dim|line hi)">`)

// Whatever is written, there is no element but the known ones, and each that is opened is closed.
func FuzzMarkup(f *testing.F) {
	for _, seed := range []string{"", "a\n**b** `c` [d](https://e)", `<a href="https://x/">y</a>`, `<div class="gray">x</div>`, "# x\n> y", `<font color="info">z</font>`,
		`**<font color="info">**</font>`, `<a href="https://x/"><a href="https://y/">z</a></a>`, "`<font color=info>`</font>", "https://x/<b>\"'", "[a](https://x/\"onclick=y)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, out := range map[string]template.HTML{"linked": linked(text), "described": described(text), "markdown": markdown(text)} {
			bare := knownTag.ReplaceAllString(string(out), "")
			assert.NotContains(t, bare, "<", "%s of %q is %s", name, text, out)
			assert.NotContains(t, bare, `"`, name)
			for _, element := range []string{"b", "p", "code", "blockquote", "a", "span"} {
				opened := strings.Count(string(out), "<"+element+">") + strings.Count(string(out), "<"+element+" ")
				assert.Equal(t, opened, strings.Count(string(out), "</"+element+">"), "%s: %s in %s", name, element, out)
			}
			if !strings.ContainsAny(text, "<#>*`[") && !strings.Contains(text, "://") && name == "linked" {
				assert.Equal(t, strings.NewReplacer("\r\n", "", "\n", "", "\x00", "\uFFFD").Replace(text), html.UnescapeString(bare))
			}
		}
	})
}
