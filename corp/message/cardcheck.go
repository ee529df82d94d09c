package message

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/gothird/wecom/internal/check"
)

// check refuses a card that lacks what its kind must have, or has too much. sent says that
// it is no update.
func (c TemplateCard) check(sent bool) error {
	if err := cmp.Or(c.checkParts(), c.checkTask(sent), c.checkLists()); err != nil {
		return fmt.Errorf("%w: in a template_card with the card_type %q", err, c.CardType)
	}
	return nil
}

func (c TemplateCard) checkParts() error {
	switch c.CardType {
	case TextNotice:
		return cmp.Or(c.titled(c.SubTitleText), c.acts())
	case NewsNotice:
		return cmp.Or(c.titled(""), lacks("card_image or image_text_area", c.CardImage == nil && c.ImageTextArea == nil), c.acts())
	case ButtonInteraction:
		return cmp.Or(c.titled(""), lacks("button_list", len(c.ButtonList) == 0))
	case VoteInteraction:
		return cmp.Or(c.titled(""), lacks("checkbox", c.CheckBox == nil))
	case MultipleInteraction:
		return cmp.Or(c.titled(""), lacks("select_list", len(c.SelectList) == 0))
	}
	return errors.New("wecom: there is no such kind of card")
}

func lacks(what string, missing bool) error {
	if missing {
		return errors.New("wecom: " + what + " is missing")
	}
	return nil
}

// titled refuses a card without a title, or what may stand for it.
func (c TemplateCard) titled(other string) error {
	return lacks("main_title.title", other == "" && (c.MainTitle == nil || c.MainTitle.Title == ""))
}

// acts refuses a notice that opens nothing.
func (c TemplateCard) acts() error {
	return lacks("card_action with a type", c.CardAction == nil || c.CardAction.Type == OpensNothing)
}

const taskRunes = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-@"

// checkTask refuses a card that would answer, and cannot.
func (c TemplateCard) checkTask(sent bool) error {
	asks := c.CardType == VoteInteraction || c.CardType == MultipleInteraction
	answers := asks || c.CardType == ButtonInteraction || c.ActionMenu != nil
	if strings.ContainsFunc(c.TaskId, func(r rune) bool { return !strings.ContainsRune(taskRunes, r) }) {
		return fmt.Errorf("wecom: task_id is %q: it has digits, letters and _-@ only", c.TaskId)
	}
	return cmp.Or(lacks("task_id", sent && answers && c.TaskId == ""), lacks("submit_button", sent && asks && c.SubmitButton == nil),
		check.Bytes("task_id", c.TaskId, 128))
}

func (c TemplateCard) checkLists() error {
	err := cmp.Or(check.Items("vertical_content_list", len(c.VerticalContentList), 4), check.Items("horizontal_content_list", len(c.HorizontalContentList), 6),
		check.Items("jump_list", len(c.JumpList), 3), check.Items("button_list", len(c.ButtonList), 6), check.Items("select_list", len(c.SelectList), 3))
	if err == nil && c.CardImage != nil {
		err = c.CardImage.check()
	}
	if err == nil && c.ActionMenu != nil {
		err = c.ActionMenu.check()
	}
	if err == nil && c.CheckBox != nil {
		err = c.CheckBox.check()
	}
	if err == nil && c.SubmitButton != nil {
		err = check.Id("submit_button.key", c.SubmitButton.Key, 1024)
	}
	return cmp.Or(err, c.checkSelections(), c.checkButtons())
}

func (i CardImage) check() error {
	if r := i.AspectRatio; r != 0 && (r < 1.3 || r > 2.25) {
		return fmt.Errorf("wecom: card_image.aspect_ratio is %v: it must be 1.3 to 2.25", r)
	}
	return check.Required("card_image.url", i.Url)
}

func (m CardActionMenu) check() error {
	for i, a := range m.ActionList {
		if err := check.Id(fmt.Sprintf("action_menu.action_list[%d].key", i), a.Key, 1024); err != nil {
			return err
		}
	}
	return check.Between("the number of action_menu.action_list", len(m.ActionList), 1, 3)
}

func (b CardCheckBox) check() error {
	for i, o := range b.OptionList {
		if err := check.Id(fmt.Sprintf("checkbox.option_list[%d].id", i), o.Id, 128); err != nil {
			return err
		}
	}
	return cmp.Or(check.Id("checkbox.question_key", b.QuestionKey, 1024), check.Between("the number of checkbox.option_list", len(b.OptionList), 1, 20))
}

func (c TemplateCard) checkSelections() error {
	for i, s := range c.SelectList {
		if err := s.check(fmt.Sprintf("select_list[%d]", i)); err != nil {
			return err
		}
	}
	if c.ButtonSelection != nil {
		return c.ButtonSelection.check("button_selection")
	}
	return nil
}

func (s CardSelection) check(at string) error {
	for i, o := range s.OptionList {
		if err := check.Id(fmt.Sprintf("%s.option_list[%d].id", at, i), o.Id, 128); err != nil {
			return err
		}
	}
	return cmp.Or(check.Id(at+".question_key", s.QuestionKey, 1024), check.Between("the number of "+at+".option_list", len(s.OptionList), 1, 10))
}

func (c TemplateCard) checkButtons() error {
	for i, b := range c.ButtonList {
		at := fmt.Sprintf("button_list[%d].", i)
		does := check.Id(at+"key", b.Key, 1024)
		if b.Type == OpensUrl {
			does = check.Required(at+"url", b.Url)
		}
		if err := cmp.Or(check.Required(at+"text", b.Text), does); err != nil {
			return err
		}
	}
	return nil
}
