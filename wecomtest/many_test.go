package wecomtest_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/wecomtest"
)

// Fifty at once know nothing of each other, and leave nothing behind.
// G: wecomtest/apart
func TestFiftyAtOnce(t *testing.T) {
	before := goroutines()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			assert.NoError(t, wecomtest.Run(func(t testing.TB) {
				w := wecomtest.New(t, wecomtest.Suites(2), wecomtest.Customized(1))
				a := newApp(t, w, w.Config())
				if i%5 == 0 {
					_ = w.Addr()
				}
				member := wecomtest.Member{UserId: fmt.Sprint("wo", i)}
				corp := w.Install(wecomtest.Corp{Members: []wecomtest.Member{member}})
				<-a.installed
				for n := range 10 {
					_, err := send(corp, member.UserId, fmt.Sprint(i, ".", n))
					require.NoError(t, err)
				}
				list := w.Messages(member.UserId)
				require.Len(t, list, 10)
				assert.Equal(t, fmt.Sprint(i, ".", 9), list[9].Text)
				_, err := service.GetAgentAdminList(a.api.WithCorp(corp.Id))
				require.NoError(t, err)
				for _, r := range w.Requests("") {
					assert.Contains(t, []string{"", corp.Id}, r.CorpId)
				}
				corp.Cancel()
				<-a.removed
			}))
		})
	}
	wg.Wait()
	assert.Eventually(t, func() bool { return goroutines() == before }, 10*time.Second, 10*time.Millisecond, "%d goroutines of this package or the engine", goroutines())
}

// goroutines counts those that run code of wecomtest or of what it is made of.
func goroutines() (n int) {
	buf := make([]byte, 1<<22)
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(stack, "wecomtest.(*") || strings.Contains(stack, "fakewecom") || strings.Contains(stack, "net/http") {
			n++
		}
	}
	return n
}

// The package stays a small door.
func TestAtMostFifteenNames(t *testing.T) {
	t.Parallel()
	set := token.NewFileSet()
	var files []*ast.File
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		require.NoError(t, err)
		files = append(files, f)
	}
	d, err := doc.NewFromFiles(set, files, "wecomtest")
	require.NoError(t, err)
	var exported []string
	for _, typ := range d.Types {
		exported = append(exported, typ.Name)
		for _, f := range typ.Funcs {
			exported = append(exported, f.Name)
		}
	}
	for _, f := range d.Funcs {
		exported = append(exported, f.Name)
	}
	for _, v := range append(d.Vars, d.Consts...) {
		exported = append(exported, v.Names...)
	}
	assert.LessOrEqual(t, len(exported), 15, "%v", exported)
}
