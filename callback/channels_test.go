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
	{spec.ChannelInstruction, "指令回调URL"},
	{spec.ChannelTemplate, "指令回调URL"}, // the template's one URL
	{spec.ChannelData, "数据回调URL"},
	{spec.ChannelSystem, "系统事件接收URL"},
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
	eachDecl(t, func(d *ast.GenDecl) {
		if d.Tok == token.TYPE {
			comments[d.Specs[0].(*ast.TypeSpec).Name.Name] = strings.Join(strings.Fields(d.Doc.Text()), " ")
		}
	})
	return comments
}

// eachDecl calls do with the package's declarations of types, constants and variables.
func eachDecl(t *testing.T, do func(d *ast.GenDecl)) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok {
				do(d)
			}
		}
	}
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

// A group of constants names the URLs on which its events arrive, and no others.
// G: event/constants
func TestEveryGroupOfKindsSaysOnWhichURLItArrives(t *testing.T) {
	t.Parallel()
	urls := map[string][]string{} // by the constant's prefix and value
	for _, e := range spec.Events() {
		for _, key := range []string{"KIt" + e.InfoType, "KIt" + e.Event, "KCt" + e.ChangeType} {
			urls[key] = append(urls[key], urlName(e.Channel))
		}
	}
	groups := groupsOfKinds(t)
	require.Greater(t, len(groups), 30)
	for comment, keys := range groups {
		var arrive []string
		for _, key := range keys {
			arrive = append(arrive, urls[key]...)
		}
		for _, u := range urlNames {
			assert.Equal(t, slices.Contains(arrive, u.name), strings.Contains(comment, u.name), "%s: %q", u.name, comment)
		}
	}
}

// groupsOfKinds reads the constants of kinds: by the comment of each group, their prefixes and
// values.
func groupsOfKinds(t *testing.T) map[string][]string {
	t.Helper()
	groups := map[string][]string{}
	eachDecl(t, func(d *ast.GenDecl) {
		for _, spec := range d.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok || d.Tok != token.CONST || len(v.Values) != 1 {
				continue
			}
			value, ok := v.Values[0].(*ast.BasicLit)
			if prefix := v.Names[0].Name; ok && (strings.HasPrefix(prefix, "KIt") || strings.HasPrefix(prefix, "KCt")) {
				comment := d.Doc.Text()
				groups[comment] = append(groups[comment], prefix[:3]+strings.Trim(value.Value, `"`))
			}
		}
	})
	return groups
}

func urlName(channel string) string {
	for _, u := range urlNames {
		if u.channel == channel {
			return u.name
		}
	}
	return "no URL"
}
