package callback

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

// urlNames are the names of the channels in the doc comments.
var urlNames = []struct{ channel, name string }{
	{spec.ChannelInstruction, "App URL (instruction)"},
	{spec.ChannelTemplate, "App URL (instruction)"}, // the template's one URL
	{spec.ChannelData, "App URL (data)"},
	{spec.ChannelSystem, "System URL"},
}

// arrivals has what the doc comment of each type must say.
func arrivals(t *testing.T) map[string]string {
	t.Helper()
	channels := map[string][]string{}
	for _, e := range spec.Events() {
		name := reflect.TypeOf(mustParse(t, e.SampleXML).Content).Elem().Name()
		channels[name] = append(channels[name], e.Channel)
	}
	sentences := map[string]string{}
	for name, came := range channels {
		var urls []string
		for _, u := range urlNames {
			if slices.Contains(came, u.channel) && !slices.Contains(urls, "the "+u.name) {
				urls = append(urls, "the "+u.name)
			}
		}
		sentences[name] = "It arrives on " + strings.Join(urls, " and ")
	}
	return sentences
}

// docs reads the doc comments of the package's types.
func docs(t *testing.T) map[string]string {
	t.Helper()
	comments := map[string]string{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.TYPE {
				continue
			}
			comments[d.Specs[0].(*ast.TypeSpec).Name.Name] = strings.Join(strings.Fields(d.Doc.Text()), " ")
		}
	}
	return comments
}

// G: event/constants
func TestEveryEventSaysOnWhichURLItArrives(t *testing.T) {
	t.Parallel()
	comments := docs(t)
	for name, sentence := range arrivals(t) {
		if name != "BareEvent" {
			assert.Contains(t, comments[name], sentence, name)
		}
	}
	for _, e := range spec.Events() {
		if n := mustParse(t, e.SampleXML); reflect.TypeOf(n.Content) == reflect.TypeFor[*BareEvent]() {
			_, list, _ := strings.Cut(comments["BareEvent"], "On the "+urlName(e.Channel)+": ")
			list, _, _ = strings.Cut(list, ".")
			assert.Contains(t, list, n.Kind(), e.Id)
		}
	}
}

func urlName(channel string) string {
	for _, u := range urlNames {
		if u.channel == channel {
			return u.name
		}
	}
	return "no URL"
}
