package console

import (
	"bytes"
	"encoding/json"
	"html"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// drawing is what the phone shows of a message.
func drawing(t *testing.T, d drawn) string {
	t.Helper()
	inbox, err := templates(english)["inbox"]()
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, inbox.ExecuteTemplate(&b, "drawn", d))
	return b.String()
}

// Each kind of message shows what it says and where it leads.
func TestDrawn(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		kind, object string
		want         []string
	}{
		{"text", `{"content":"hello <b>"}`, []string{"hello &lt;b&gt;"}},
		{"markdown", `{"content":"**x**"}`, []string{"<b>x</b>"}},
		{"textcard", `{"title":"T","description":"<div class=\"gray\">D</div>","url":"https://x/1"}`, []string{"<h3>T</h3>", `<span class="line dim">D</span>`, `href="https://x/1"`, "Details"}},
		{"textcard", `{"title":"T","description":"D","url":"javascript:x","btntxt":"More"}`, []string{"More", `<span class="dim">javascript:x</span>`}},
		{"news", `{"articles":[{"title":"A","description":"D","url":"https://x/1","picurl":"https://p/1"},{"title":"B","appid":"wx1"},{"title":"C","url":"https://x/3"}]}`,
			[]string{"<h3>A</h3>", "https://p/1", `href="https://x/1"`, "<span>B</span>", `<a href="https://x/3" target="_blank" rel="noreferrer">C</a>`}},
		{"mpnews", `{"articles":[{"title":"A","digest":"D","author":"W","thumb_media_id":"m1","content_source_url":"https://x/2"}]}`, []string{"D</p>", "W</p>", "m1", `href="https://x/2"`}},
		{"image", `{"media_id":"m2"}`, []string{`aria-label="image"`, "m2"}},
		{"video", `{"media_id":"m3","title":"V","description":"D"}`, []string{"video · V", "m3", "D</p>"}},
		{"miniprogram_notice", `{"appid":"wx2","page":"p/1","title":"T","description":"D","emphasis_first_item":true,"content_item":[{"key":"K","value":"V"},{"key":"k","value":"v"}]}`,
			[]string{`<p class="big">V</p>`, "<dt>k</dt><dd>v</dd>", "wx2 p/1"}},
		{"miniprogram_notice", `{"emphasis_first_item":true}`, []string{"mini-program notice"}},
		{"template_msg", `{"content_item":[{"key":"K","value":"V"}],"miniprogram":{"appid":"wx3"}}`, []string{"<dt>K</dt><dd>V</dd>", "wx3"}},
		{"link", `{"title":"T","desc":"D","url":"https://x/4","pic_url":"https://p/4"}`, []string{"<h3>T</h3>", "https://p/4", `href="https://x/4"`}},
		{"miniprogram", `{"title":"T","appid":"wx5","pagepath":"p","thumb_media_id":"m5"}`, []string{"wx5 p", "m5"}},
		{"location", `{"name":"N","address":"A","latitude":1.5,"longitude":2}`, []string{"<h3>N</h3>", "1.5, 2"}},
		{"business_card", `{"userid":"u1"}`, []string{"u1"}},
		{"msgmenu", `{"head_content":"H","tail_content":"Z","list":[{"type":"click","click":{"id":"7","content":"C"}},{"type":"view","view":{"content":"W"}},{"type":"text","text":{"content":"X"}}]}`,
			[]string{"H</p>", "C</span> <code class=\"dim\">7</code>", "W</span>", "<li>X</li>", "Z</p>"}},
		{"channels", `{"sub_type":1}`, []string{"channels", "sub_type"}},
		{"template_card", `{"card_type":"text_notice","source":{"desc":"S"},"main_title":{"title":"T","desc":"D"},"emphasis_content":{"title":"100","desc":"E"},"quote_area":{"title":"Q","quote_text":"q"},"sub_title_text":"U",
			"horizontal_content_list":[{"keyname":"K","value":"V","type":1,"url":"https://x/6"},{"keyname":"F","value":"f","type":2,"media_id":"m6"},{"keyname":"P","value":"p","type":3,"userid":"u6"}],
			"jump_list":[{"type":1,"url":"https://x/7","title":"J"},{"type":2,"appid":"wx7","pagepath":"p7","title":"M"}],"card_action":{"type":1,"url":"https://x/8"}}`,
			[]string{"S</p>", "<h3>T</h3>", `<p class="big num">100</p>`, "<b>Q</b><br>q", "U</p>", `href="https://x/6"`, "m6", "u6", `href="https://x/7"`, "wx7 p7", `href="https://x/8"`}},
		{"template_card", `{"card_type":"news_notice","card_image":{"url":"https://p/9"},"image_text_area":{"title":"I","desc":"i","image_url":"https://p/10"},"vertical_content_list":[{"title":"L","desc":"l"}]}`,
			[]string{"https://p/9", "<b>I</b><br>i", "https://p/10", "<b>L</b>"}},
	} {
		out := drawing(t, draw(x.kind, json.RawMessage(x.object), 0, nil))
		for _, want := range x.want {
			assert.Contains(t, out, want, "%s %s", x.kind, x.object)
		}
	}
}

const votes = `{"card_type":"vote_interaction","task_id":"v","main_title":{"title":"Where?"},"checkbox":{"question_key":"q","mode":1,"option_list":[{"id":"1","text":"A","is_checked":true},{"id":"2","text":"B","is_checked":false}]},"submit_button":{"text":"Vote","key":"go"}}`

// A card that can be clicked has live fields; one that cannot, or whose buttons are dead, has not.
func TestDrawnCard(t *testing.T) {
	t.Parallel()
	d := draw("template_card", json.RawMessage(votes), 0, nil)
	assert.Contains(t, drawing(t, d), "<fieldset class=\"opts\" disabled>", "nobody can click here")
	d.Do, d.N = `<input type="hidden" name="_do" value="x">`, 3
	out := drawing(t, d)
	assert.Contains(t, out, `name="_do"`)
	assert.Contains(t, out, `<input type="checkbox" name="chosen.q" value="1" checked>`)
	assert.Contains(t, out, `<button class="btn primary" name="key" value="go">Vote</button>`)
	d.Checkbox.Mode = 0
	assert.Contains(t, drawing(t, d), `<input type="radio" name="chosen.q" value="2">`)
	d.ReplaceText = "Voted"
	out = drawing(t, d)
	assert.Contains(t, out, `<button class="btn" disabled>Voted</button>`)
	assert.NotContains(t, out, `value="go"`)

	d = draw("template_card", json.RawMessage(`{"card_type":"button_interaction","button_selection":{"question_key":"s","selected_id":"b","option_list":[{"id":"a","text":"A"},{"id":"b","text":"B"}]},
		"button_list":[{"key":"1","text":"One","style":1},{"key":"2","text":"Two","style":2},{"key":"4","text":"Four","style":4},{"type":1,"url":"https://x/1","text":"Web"},{"type":1,"url":"x","text":"Nowhere"}],
		"action_menu":{"desc":"Menu","action_list":[{"key":"m","text":"Mute"}]}}`), 0, nil)
	d.Do, d.N = `<i></i>`, 5
	out = drawing(t, d)
	for _, want := range []string{`<label for="q5-0">Choose</label><select id="q5-0" name="chosen.s">`, `<option value="b" selected>B</option>`, `class="btn primary" name="key" value="1"`,
		`class="btn danger" name="key" value="2"`, `class="btn " name="key" value="4"`, `<a class="btn" href="https://x/1"`, `<button class="btn" disabled>Nowhere</button>`, "<legend>Menu</legend>", `name="key" value="m">Mute`} {
		assert.Contains(t, out, want)
	}
}

// A message is told in a few words.
func TestBrief(t *testing.T) {
	t.Parallel()
	for _, x := range [][3]string{{"text", `{"content":"abc"}`, "abc"}, {"text", `{"content":"零一二三四五六七八九零一二三四五六七八九零一二三四"}`, "零一二三四五六七八九零一二三四五六七八九零一二三…"},
		{"template_card", `{"main_title":{"title":"T"}}`, "T"}, {"news", `{"articles":[{"title":"N"}]}`, "N"}, {"image", `{"media_id":"m"}`, "image"}, {"location", `{"name":"P"}`, "P"}} {
		assert.Equal(t, x[2], draw(x[0], json.RawMessage(x[1]), 0, nil).Brief(), x[1])
	}
	assert.Equal(t, "{\n  \"a\": \"中<\\\"\",\n  \"b\": [\n    1\n  ]\n}", indented(`{"a":"\u4e2d\u003c\"","b":[1]}`))
	assert.Equal(t, "{no", indented("{no"))
}

// Nothing that an app sends breaks the phone, or gets markup of its own into it.
func FuzzDrawn(f *testing.F) {
	kf, err := templates(chinese)["kf"]()
	require.NoError(f, err)
	for kind, object := range map[string]string{"text": `{"content":"x"}`, "template_card": votes, "news": `{"articles":[{"title":1},null]}`, "miniprogram_notice": `{"content_item":[],"emphasis_first_item":true}`,
		"msgmenu": `{"list":[{"type":"click"}]}`, "event": `null`, "mpnews": `[]`, "image": `"`, "textcard": `{"description":"<div class=gray>"}`} {
		f.Add(kind, object)
	}
	f.Fuzz(func(t *testing.T, kind, object string) {
		d := draw(kind, json.RawMessage(object), 0, nil)
		d.Do = "<i></i>"
		var b bytes.Buffer
		require.NoError(t, kf.ExecuteTemplate(&b, "drawn", d))
		for _, e := range elements(b.String()) {
			assert.NotContains(t, []string{"script", "style", "iframe", "img", "object", "embed", "link", "meta"}, e.Name)
			assert.Empty(t, e.Attrs["onclick"]+e.Attrs["style"])
			if e.Name != "use" && e.has("href") {
				assert.NotEmpty(t, web(html.UnescapeString(e.Attrs["href"])))
			}
		}
	})
}
