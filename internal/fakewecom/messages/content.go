package messages

import (
	"maps"
	"regexp"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const maxRepeat = 4 * 3600 // seconds of duplicate_check_interval

// media says where each kind of message names a file, and of which kind that must be.
func media(kind string) (field, fileKind string) {
	switch kind {
	case "image", "voice", "video", "file":
		return "media_id", kind
	case "mpnews":
		return "thumb_media_id", "image"
	}
	return "", ""
}

// checkContent refuses what WeCom does not send.
func (m *Messages) checkContent(c *platform.Call, kind string, content platform.Obj) error {
	articles, _ := content["articles"].([]any)
	interval := c.Int("duplicate_check_interval")
	switch {
	case len(articles) > 8:
		return platform.Refuse(codeManyArticles, "too many articles")
	case interval < 0 || interval > maxRepeat:
		return platform.BadParam("invalid duplicate_check_interval")
	}
	field, fileKind := media(kind)
	for _, part := range append(articles, content) {
		o, _ := part.(platform.Obj)
		if id, ok := o[field].(string); ok && !m.isMedia(c, id, fileKind) {
			return platform.Refuse(codeBadMedia, "invalid media_id")
		}
	}
	return m.checkNewCard(c, kind, content)
}

// isMedia reports whether there is a file of the kind.
func (m *Messages) isMedia(c *platform.Call, id, fileKind string) bool {
	if m.around.Uploaded == nil {
		return true
	}
	kind, _, ok := m.around.Uploaded(c.Corp().Id, id)
	return ok && kind == fileKind
}

// task is a card of an app.
type task struct{ suiteId, corpId, id string }

var taskForm = regexp.MustCompile(`^[0-9A-Za-z_@-]{1,128}$`)

// checkNewCard refuses a card that lacks a part, or whose task_id was used before.
func (m *Messages) checkNewCard(c *platform.Call, kind string, content platform.Obj) error {
	if kind != "template_card" {
		return nil
	}
	if err := checkCard(c); err != nil {
		return err
	}
	id, ok := content["task_id"].(string)
	if !ok || id == "" {
		return nil
	}
	if used := m.tasks[task{c.SuiteId(), c.Corp().Id, id}]; !taskForm.MatchString(id) || used && !m.repeats(c) {
		return platform.Refuse(codeTaskId, "invalid task_id")
	}
	return nil
}

// cut is the content as far as it is sent.
func cut(kind string, content platform.Obj) platform.Obj {
	out := maps.Clone(content)
	shorten := func(field string, n int, of func(string, int) string) {
		if text, ok := out[field].(string); ok {
			out[field] = of(text, n)
		}
	}
	switch kind {
	case "text":
		shorten("content", 2048, platform.Cut)
	case "video":
		shorten("title", 128, platform.Cut)
		shorten("description", 512, platform.Cut)
	case "textcard":
		shorten("title", 128, firstRunes)
		shorten("description", 512, firstRunes)
	}
	return out
}

func firstRunes(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n])
}
