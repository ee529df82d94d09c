package console

import (
	"bytes"
	"context"
	"encoding/json"
	"html/template"
	"net/url"
	"regexp"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
)

// drawn is a message as its receiver sees it. The template "drawn" shows it.
type drawn struct {
	Kind string
	N    int           // of the message on its page: makes the ids of fields
	Do   template.HTML // the hidden fields of the form that clicks; empty: nothing can be clicked
	Raw  string        // the JSON
	content

	files shelf
}

// shelf has the files of a corp by media_id.
type shelf map[string]file

// file is one that the console can show.
type file struct{ Name, Address, Kind string }

// File is that of a media_id, or nil: it was never here, or its time is over.
func (d drawn) File(mediaId string) *file {
	if f, ok := d.files[mediaId]; ok {
		return &f
	}
	return nil
}

// shelf lists the files of a corp.
func (c *Console) shelf(ctx context.Context, corpId string) (shelf, error) {
	all, err := c.world.ListMedia(ctx, sandbox.CorpRef{CorpId: corpId})
	out := shelf{}
	for _, m := range all.Media {
		out[m.MediaId] = file{m.Name, "/api/v1/corps/" + url.PathEscape(corpId) + "/media/" + url.PathEscape(m.MediaId) + "/content", m.Kind}
	}
	return out, err
}

// content is what messages of all kinds have. What does not look as documented is left out.
type content struct {
	Content               string         `json:"content"`
	MediaId               string         `json:"media_id"`
	ThumbMediaId          string         `json:"thumb_media_id"`
	PicMediaId            string         `json:"pic_media_id"`
	Title                 string         `json:"title"`
	Description           string         `json:"description"`
	Desc                  string         `json:"desc"`
	URL                   string         `json:"url"`
	PicURL                string         `json:"pic_url"`
	Picurl                string         `json:"picurl"`
	BtnTxt                string         `json:"btntxt"`
	AppId                 string         `json:"appid"`
	Page                  string         `json:"page"`
	PagePath              string         `json:"pagepath"`
	EmphasisFirstItem     bool           `json:"emphasis_first_item"`
	ContentItem           []pair         `json:"content_item"`
	Articles              []article      `json:"articles"`
	MiniProgram           *target        `json:"miniprogram"`
	Name                  string         `json:"name"`
	Address               string         `json:"address"`
	Latitude              json.Number    `json:"latitude"`
	Longitude             json.Number    `json:"longitude"`
	UserId                string         `json:"userid"`
	HeadContent           string         `json:"head_content"`
	TailContent           string         `json:"tail_content"`
	List                  []menuEntry    `json:"list"`
	CardType              string         `json:"card_type"`
	TaskId                string         `json:"task_id"`
	Source                *source        `json:"source"`
	MainTitle             *titled        `json:"main_title"`
	EmphasisContent       *titled        `json:"emphasis_content"`
	QuoteArea             *quote         `json:"quote_area"`
	SubTitleText          string         `json:"sub_title_text"`
	CardImage             *target        `json:"card_image"`
	ImageTextArea         *imageText     `json:"image_text_area"`
	VerticalContentList   []titled       `json:"vertical_content_list"`
	HorizontalContentList []keyed        `json:"horizontal_content_list"`
	JumpList              []target       `json:"jump_list"`
	CardAction            *target        `json:"card_action"`
	ActionMenu            *actionMenu    `json:"action_menu"`
	ButtonList            []cardButton   `json:"button_list"`
	ButtonSelection       *cardQuestion  `json:"button_selection"`
	Checkbox              *cardQuestion  `json:"checkbox"`
	SelectList            []cardQuestion `json:"select_list"`
	SubmitButton          *cardButton    `json:"submit_button"`
	ReplaceText           string         `json:"replace_text"` // of the buttons, once they are dead
}

type pair struct{ Key, Value string }

type titled struct{ Title, Desc string }

// target is where a click leads: to a page of the web, or of a mini program.
type target struct{ Title, URL, AppId, PagePath string }

type article struct {
	target
	Description      string
	PicURL           string
	Digest           string
	Author           string
	ThumbMediaId     string `json:"thumb_media_id"`
	ContentSourceURL string `json:"content_source_url"`
}

type source struct{ Desc string }

type quote struct {
	target
	QuoteText string `json:"quote_text"`
}

type imageText struct {
	target
	Desc     string
	ImageURL string `json:"image_url"`
}

type keyed struct {
	Type    int
	KeyName string
	Value   string
	URL     string
	MediaId string `json:"media_id"`
	UserId  string
}

type actionMenu struct {
	Desc       string
	ActionList []cardButton `json:"action_list"`
}

type cardButton struct {
	Type  int
	Key   string
	Text  string
	Style int
	URL   string
}

// Class is that of the look of a button: its style is a number.
func (b cardButton) Class() string {
	switch b.Style {
	case 2:
		return "danger"
	case 3, 4:
		return ""
	}
	return "primary"
}

type cardQuestion struct {
	QuestionKey string `json:"question_key"`
	Title       string
	Mode        int    // 1: several options may be chosen
	SelectedId  string `json:"selected_id"`
	OptionList  []struct {
		Id        string
		Text      string
		IsChecked bool `json:"is_checked"`
	} `json:"option_list"`
}

type menuEntry struct {
	Type        string
	Click       pairOfMenu
	View        pairOfMenu
	MiniProgram pairOfMenu `json:"miniprogram"`
	Text        pairOfMenu
}

type pairOfMenu struct{ Id, URL, Content string }

// Label is what an entry of a menu says.
func (m menuEntry) Label() string {
	return map[string]string{"click": m.Click.Content, "view": m.View.Content, "miniprogram": m.MiniProgram.Content, "text": m.Text.Content}[m.Type]
}

// draw reads a message to be shown, the n-th of its page, with the files that it can name.
func draw(kind string, object json.RawMessage, n int, files shelf) drawn {
	d := drawn{Kind: kind, Raw: indented(string(object)), N: n, files: files}
	_ = json.Unmarshal(object, &d.content) // what is not as documented is left out
	return d
}

var jsonText = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// indented is JSON to be read, its texts without escapes that nobody needs; what is none stays
// as it is.
func indented(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return jsonText.ReplaceAllStringFunc(b.String(), func(quoted string) string {
		var plain string
		var out bytes.Buffer
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		if json.Unmarshal([]byte(quoted), &plain) != nil || e.Encode(plain) != nil {
			return quoted
		}
		return strings.TrimSuffix(out.String(), "\n")
	})
}

// Known reports whether the phone knows how a message of this kind looks.
func (d drawn) Known() bool {
	switch d.Kind {
	case "text", "markdown", "textcard", "news", "mpnews", "image", "voice", "video", "file", "miniprogram_notice", "template_card", "template_msg",
		"link", "miniprogram", "location", "business_card", "msgmenu":
		return true
	}
	return false
}

// Bubble reports whether a message stands in a bubble, as one that a person writes.
func (d drawn) Bubble() bool {
	switch d.Kind {
	case "text", "image", "voice", "video", "file", "location":
		return true
	}
	return false
}

// Dead reports whether the buttons of a card can be clicked no more.
func (d drawn) Dead() bool { return d.ReplaceText != "" || d.Do == "" }

// Questions are those of a card.
func (d drawn) Questions() []cardQuestion {
	if d.ButtonSelection != nil {
		return []cardQuestion{*d.ButtonSelection}
	}
	return d.SelectList
}

// Brief is a message in a few words.
func (d drawn) Brief() string {
	for _, text := range []string{d.Content, d.Title, d.HeadContent, d.Name} {
		if text != "" {
			return short(text)
		}
	}
	switch {
	case d.MainTitle != nil && d.MainTitle.Title != "":
		return short(d.MainTitle.Title)
	case len(d.Articles) > 0:
		return short(d.Articles[0].Title)
	}
	return d.Kind
}

const briefRunes = 24

func short(text string) string {
	if r := []rune(text); len(r) > briefRunes {
		return string(r[:briefRunes]) + "…"
	}
	return text
}
