package callback

import (
	"bytes"
	"fmt"
	"log/slog"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sentinel = "S3NTINEL-value"

var secretName = regexp.MustCompile(`(Ticket|Code|Token|Key|NotifyId)$`)

// harmless names end like secrets.
var harmless = []string{"EventKey", "QuestionKey"}

// plant fills all secret texts of a struct, with one element in each list.
func plant(v reflect.Value) (planted int) {
	for _, f := range reflect.VisibleFields(v.Type()) {
		field := v.FieldByIndex(f.Index)
		if field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct {
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			field = field.Index(0)
		}
		switch {
		case field.Kind() == reflect.Struct && !f.Anonymous:
			planted += plant(field)
		case field.Kind() == reflect.String && secretName.MatchString(f.Name) && !slices.Contains(harmless, f.Name):
			field.SetString(sentinel)
			planted++
		}
	}
	return planted
}

// printed is everything that fmt and slog make of a value.
func printed(v any) string {
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10v"} {
		fmt.Fprintf(&b, verb+"\n", v)
		fmt.Fprintf(&b, verb+"\n", []any{v})
	}
	fmt.Fprintln(&b, v)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("event", "value", v)
	slog.New(slog.NewTextHandler(&b, nil)).Info("event", "value", v)
	return b.String()
}

// G: secret/printed
func TestSecretsArePrintedMasked(t *testing.T) {
	t.Parallel()
	types := eventTypes()
	total := 0
	for _, typ := range slices.Concat(types, partTypes(types)) {
		v := reflect.New(typ)
		planted := plant(v.Elem())
		total += planted
		for _, text := range []string{printed(v.Interface()), printed(v.Elem().Interface())} {
			assert.NotContains(t, text, sentinel, typ.String())
			assert.NotContains(t, text, fmt.Sprintf("%x", sentinel), typ.String())
			assert.NotContains(t, text, "%!v(PANIC", typ.String())
			if planted > 0 {
				assert.Contains(t, text, "***", typ.String())
			}
		}
		fresh := reflect.New(typ)
		plant(fresh.Elem())
		assert.Equal(t, fresh.Interface(), v.Interface(), "%s: printing changed it", typ)
	}
	t.Logf("%d secret fields", total)
	assert.Greater(t, total, 14)
}

// G: secret/printed
func TestNoticesArePrintedWithoutTheDocument(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{
		"<xml><InfoType>suite_ticket</InfoType><SuiteTicket>" + sentinel + "</SuiteTicket></xml>",
		"<xml><InfoType>new_kind</InfoType><Secret>" + sentinel + "</Secret></xml>",
		`{"InfoType":"create_auth","AuthCode":"` + sentinel + `"}`,
	} {
		n, err := Parse([]byte(payload))
		require.NoError(t, err)
		for _, text := range []string{printed(n), printed(*n), printed(n.Content)} {
			assert.NotContains(t, text, sentinel)
			assert.NotContains(t, text, fmt.Sprintf("%x", sentinel))
			assert.NotContains(t, text, fmt.Sprint([]byte(sentinel)))
		}
		assert.Contains(t, fmt.Sprint(n), n.InfoType)
		assert.NotContains(t, n.Key(), sentinel)
	}
	assert.NotPanics(t, func() { printed(Notice{}); printed((*Notice)(nil)) })
}
