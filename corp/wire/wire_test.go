package wire_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }

// Each object is that of every endpoint that has it: nothing is lost on the way in and out.
func TestObjectsAreThoseOfTheFacts(t *testing.T) {
	t.Parallel()
	for _, object := range []struct {
		endpoint string
		sample   int
		key      string
		into     any
	}{
		{"corp/contact/user_create", 0, "external_profile", &wire.ExternalProfile{}},
		{"corp/contact/user_update", 0, "external_profile", &wire.ExternalProfile{}},
		{"corp/contact/user_create", 0, "extattr", &struct {
			Attrs []wire.Attr `json:"attrs"`
		}{}},
		{"corp/message/send", 0, "text", &wire.Text{}},
		{"corp/message/send", 1, "image", &wire.Media{}},
		{"corp/message/send", 3, "video", &wire.Video{}},
		{"corp/message/send", 6, "news", &wire.News{}},
		{"corp/message/send", 7, "mpnews", &wire.MpNews{}},
		{"corp/externalcontact/message_send", 0, "text", &wire.Text{}},
		{"corp/externalcontact/message_send", 1, "image", &wire.Media{}},
		{"corp/externalcontact/message_send", 3, "video", &wire.Video{}},
		{"corp/externalcontact/message_send", 5, "news", &wire.News{}},
		{"corp/externalcontact/message_send", 6, "mpnews", &wire.MpNews{}},
		{"corp/externalcontact/message_send", 7, "miniprogram", &wire.MiniProgram{}},
		{"corp/externalcontact/group_welcome_template_add", 0, "image", &wire.Image{}},
		{"corp/externalcontact/group_welcome_template_add", 1, "link", &wire.Link{}},
		{"corp/externalcontact/group_welcome_template_add", 2, "miniprogram", &wire.MiniProgramPage{}},
		{"corp/externalcontact/group_welcome_template_edit", 0, "image", &wire.Image{}},
		{"corp/externalcontact/add_msg_template", 0, "attachments", &[]wire.Attachment{}},
		{"corp/externalcontact/send_welcome_msg", 0, "attachments", &[]wire.Attachment{}},
		{"corp/kf/send_msg", 0, "text", &wire.Text{}},
		{"corp/kf/send_msg", 3, "video", &wire.Video{}},
		{"corp/kf/send_msg", 6, "miniprogram", &wire.MiniProgram{}},
	} {
		given := spectest.Request[map[string]json.RawMessage](object.endpoint, object.sample)[object.key]
		require.NotEmpty(t, given, "%s %s", object.endpoint, object.key)
		d := json.NewDecoder(bytes.NewReader(given))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(object.into), "%s %s", object.endpoint, object.key)
		back, err := json.Marshal(object.into)
		require.NoError(t, err)
		assert.JSONEq(t, string(given), string(back), "%s %s", object.endpoint, object.key)
	}
}
