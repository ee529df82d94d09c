package message_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/message"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// card makes a good card of a kind, and changes it.
func card(kind string, change func(*message.TemplateCard)) *message.TemplateCard {
	options := []message.CardSelectable{{Id: "1", Text: "一"}}
	c := message.TemplateCard{CardType: kind, TaskId: "task_1-@", MainTitle: &message.CardTitle{Title: "请假"}}
	switch kind {
	case message.TextNotice, message.NewsNotice:
		c.CardAction = &message.CardAction{Type: message.OpensUrl, Url: "https://crm.example"}
		c.CardImage = &message.CardImage{Url: "https://crm.example/a.png", AspectRatio: 2.25}
	case message.ButtonInteraction:
		c.ButtonList = []message.CardButton{{Text: "同意", Key: "yes"}, {Text: "详情", Type: message.OpensUrl, Url: "https://crm.example"}}
		c.ButtonSelection = &message.CardSelection{QuestionKey: "q", OptionList: options}
	case message.VoteInteraction:
		c.CheckBox = &message.CardCheckBox{QuestionKey: "q", OptionList: []message.CardOption{{Id: "1", Text: "一"}}}
		c.SubmitButton = &message.CardSubmit{Text: "提交", Key: "go"}
	case message.MultipleInteraction:
		c.SelectList = []message.CardSelection{{QuestionKey: "q", OptionList: options}}
		c.SubmitButton = &message.CardSubmit{Text: "提交", Key: "go"}
	}
	change(&c)
	return &c
}

func unchanged(*message.TemplateCard) {}

func cardMessage(c *message.TemplateCard) message.Message {
	return message.Message{ToUser: toAnna, Content: message.Content{TemplateCard: c}}
}

func TestCardsOfEachKind(t *testing.T) {
	t.Parallel()
	kinds := []string{message.TextNotice, message.NewsNotice, message.ButtonInteraction, message.VoteInteraction, message.MultipleInteraction}
	api, _ := corptest.Script(t, slices.Repeat([]string{`{}`}, 2*len(kinds)+2)...)
	for _, kind := range kinds {
		_, err := message.Send(api, cardMessage(card(kind, unchanged)))
		require.NoError(t, err, kind)
		// An update needs neither a task nor a button to submit.
		require.NoError(t, message.UpdateTemplateCard(api, message.CardUpdate{ResponseCode: "c", TemplateCard: card(kind, func(c *message.TemplateCard) {
			c.TaskId, c.SubmitButton = "", nil
		})}), kind)
	}
	_, err := message.Send(api, cardMessage(card(message.TextNotice, func(c *message.TemplateCard) { c.MainTitle, c.SubTitleText, c.TaskId = nil, "副标题", "" })))
	require.NoError(t, err)
	_, err = message.Send(api, cardMessage(card(message.NewsNotice, func(c *message.TemplateCard) {
		c.CardImage, c.ImageTextArea = nil, &message.CardImageText{ImageUrl: "u"}
	})))
	require.NoError(t, err)
}

// G: endpoint/checked
func TestCardsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	key, id := strings.Repeat("k", 1025), strings.Repeat("i", 129)
	menu := func(actions ...message.CardMenuAction) func(*message.TemplateCard) {
		return func(c *message.TemplateCard) { c.ActionMenu = &message.CardActionMenu{ActionList: actions} }
	}
	for _, test := range []struct {
		want, kind string
		change     func(*message.TemplateCard)
	}{
		{"no such kind", "", unchanged},
		{"no such kind", "other", unchanged},
		{"main_title.title is missing", message.TextNotice, func(c *message.TemplateCard) { c.MainTitle.Title = "" }},
		{"main_title.title is missing", message.NewsNotice, func(c *message.TemplateCard) { c.MainTitle, c.SubTitleText = nil, "x" }},
		{"main_title.title is missing", message.VoteInteraction, func(c *message.TemplateCard) { c.MainTitle = nil }},
		{"main_title.title is missing", message.MultipleInteraction, func(c *message.TemplateCard) { c.MainTitle = nil }},
		{"main_title.title is missing", message.ButtonInteraction, func(c *message.TemplateCard) { c.MainTitle = nil }},
		{"card_action with a type is missing", message.TextNotice, func(c *message.TemplateCard) { c.CardAction = nil }},
		{"card_action with a type is missing", message.NewsNotice, func(c *message.TemplateCard) { c.CardAction.Type = 0 }},
		{"card_image or image_text_area is missing", message.NewsNotice, func(c *message.TemplateCard) { c.CardImage = nil }},
		{"button_list is missing", message.ButtonInteraction, func(c *message.TemplateCard) { c.ButtonList = nil }},
		{"checkbox is missing", message.VoteInteraction, func(c *message.TemplateCard) { c.CheckBox = nil }},
		{"select_list is missing", message.MultipleInteraction, func(c *message.TemplateCard) { c.SelectList = nil }},
		{"submit_button is missing", message.VoteInteraction, func(c *message.TemplateCard) { c.SubmitButton = nil }},
		{"submit_button is missing", message.MultipleInteraction, func(c *message.TemplateCard) { c.SubmitButton = nil }},
		{"submit_button.key has 1025", message.VoteInteraction, func(c *message.TemplateCard) { c.SubmitButton.Key = key }},
		{"task_id is missing", message.ButtonInteraction, func(c *message.TemplateCard) { c.TaskId = "" }},
		{"task_id is missing", message.TextNotice, func(c *message.TemplateCard) { c.TaskId = ""; menu(message.CardMenuAction{Key: "k"})(c) }},
		{"digits, letters and _-@ only", message.TextNotice, func(c *message.TemplateCard) { c.TaskId = "任务" }},
		{"task_id has 129", message.TextNotice, func(c *message.TemplateCard) { c.TaskId = id }},
		{"vertical_content_list has 5", message.NewsNotice, func(c *message.TemplateCard) { c.VerticalContentList = make([]message.CardTitle, 5) }},
		{"horizontal_content_list has 7", message.TextNotice, func(c *message.TemplateCard) { c.HorizontalContentList = make([]message.CardHorizontal, 7) }},
		{"jump_list has 4", message.TextNotice, func(c *message.TemplateCard) { c.JumpList = make([]message.CardJump, 4) }},
		{"button_list has 7", message.ButtonInteraction, func(c *message.TemplateCard) { c.ButtonList = slices.Repeat(c.ButtonList[:1], 7) }},
		{"button_list[0].text is empty", message.ButtonInteraction, func(c *message.TemplateCard) { c.ButtonList[0].Text = "" }},
		{"button_list[0].key is empty", message.ButtonInteraction, func(c *message.TemplateCard) { c.ButtonList[0].Key = "" }},
		{"button_list[1].url is empty", message.ButtonInteraction, func(c *message.TemplateCard) { c.ButtonList[1].Url = "" }},
		{"button_selection.question_key is empty", message.ButtonInteraction, func(c *message.TemplateCard) { c.ButtonSelection.QuestionKey = "" }},
		{"select_list has 4", message.MultipleInteraction, func(c *message.TemplateCard) { c.SelectList = slices.Repeat(c.SelectList, 4) }},
		{"select_list[0].option_list is 11", message.MultipleInteraction, func(c *message.TemplateCard) {
			c.SelectList[0].OptionList = slices.Repeat(c.SelectList[0].OptionList, 11)
		}},
		{"select_list[0].option_list[0].id has 129", message.MultipleInteraction, func(c *message.TemplateCard) { c.SelectList[0].OptionList[0].Id = id }},
		{"checkbox.option_list is 21", message.VoteInteraction, func(c *message.TemplateCard) { c.CheckBox.OptionList = slices.Repeat(c.CheckBox.OptionList, 21) }},
		{"checkbox.option_list[0].id is empty", message.VoteInteraction, func(c *message.TemplateCard) { c.CheckBox.OptionList[0].Id = "" }},
		{"checkbox.question_key has 1025", message.VoteInteraction, func(c *message.TemplateCard) { c.CheckBox.QuestionKey = key }},
		{"aspect_ratio is 2.3", message.NewsNotice, func(c *message.TemplateCard) { c.CardImage.AspectRatio = 2.3 }},
		{"aspect_ratio is 1.2", message.NewsNotice, func(c *message.TemplateCard) { c.CardImage.AspectRatio = 1.2 }},
		{"card_image.url is empty", message.NewsNotice, func(c *message.TemplateCard) { c.CardImage.Url = "" }},
		{"action_menu.action_list is 0", message.TextNotice, menu()},
		{"action_menu.action_list is 4", message.TextNotice, menu(slices.Repeat([]message.CardMenuAction{{Key: "k"}}, 4)...)},
		{"action_list[0].key is empty", message.TextNotice, menu(message.CardMenuAction{Text: "t"})},
	} {
		_, err := message.Send(api, cardMessage(card(test.kind, test.change)))
		require.ErrorContains(t, err, test.want)
		assert.ErrorContains(t, err, `template_card with the card_type "`+test.kind)
	}
	users := slices.Repeat(toAnna, 1001)
	for want, u := range map[string]message.CardUpdate{
		"one of button, template_card":        {ResponseCode: "c"},
		"the update has button and":           {ResponseCode: "c", Button: &message.DeadButton{}, TemplateCard: card(message.TextNotice, unchanged)},
		"button.replace_name is empty":        {ResponseCode: "c", Button: &message.DeadButton{}},
		"response_code is empty":              {Button: &message.DeadButton{ReplaceName: "x"}},
		"userids has 1001":                    {ResponseCode: "c", UserIds: users, Button: &message.DeadButton{ReplaceName: "x"}},
		"partyids has 101":                    {ResponseCode: "c", PartyIds: make([]int64, 101), Button: &message.DeadButton{ReplaceName: "x"}},
		"tagids has 101":                      {ResponseCode: "c", TagIds: make([]int64, 101), Button: &message.DeadButton{ReplaceName: "x"}},
		"atall is 2":                          {ResponseCode: "c", AtAll: 2, Button: &message.DeadButton{ReplaceName: "x"}},
		"enable_id_trans is 2":                {ResponseCode: "c", EnableIdTrans: 2, Button: &message.DeadButton{ReplaceName: "x"}},
		"card_image or image_text_area is mi": {ResponseCode: "c", TemplateCard: card(message.NewsNotice, func(c *message.TemplateCard) { c.CardImage = nil })},
	} {
		assert.ErrorContains(t, message.UpdateTemplateCard(api, u), want)
	}
}
