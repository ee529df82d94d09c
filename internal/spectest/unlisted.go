package spectest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// Unlisted fails for each exported function of the package in dir that calls an endpoint,
// itself or through others, and has no row, and for each row whose function is not there.
// Functions that return a sequence need a walk too.
func Unlisted[A any](t *testing.T, dir string, rows []Row[A], walks ...Walk[A]) {
	t.Helper()
	found, err := Endpoints(dir)
	if err != nil {
		t.Fatal(err)
	}
	walkers, err := sequences(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range slices.Concat(unlisted(found, rows), unwalked(found, walkers, walks)) {
		t.Error(problem)
	}
}

// unwalked names the walkers among found that have no walk, and the walks that have no walker.
func unwalked[A any](found, walkers []string, walks []Walk[A]) (problems []string) {
	walked := map[string]bool{}
	for _, w := range walks {
		walked[w.Go] = true
		if !slices.Contains(found, w.Go) || !slices.Contains(walkers, w.Go) {
			problems = append(problems, fmt.Sprintf("the walk %s has no function that walks pages", w.Go))
		}
	}
	for _, name := range walkers {
		if slices.Contains(found, name) && !walked[name] {
			problems = append(problems, fmt.Sprintf("%s walks pages and has no Walk", name))
		}
	}
	return problems
}

// sequences lists the functions of the folder that return a sequence.
func sequences(dir fs.FS) (names []string, err error) {
	files, err := parse(dir)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && returnsSequence(f.Type) {
				names = append(names, funcName(f))
			}
		}
	}
	return names, nil
}

func returnsSequence(f *ast.FuncType) bool {
	if f.Results == nil {
		return false
	}
	refs := mentioned(f.Results, map[string]bool{"iter": true})
	return slices.Contains(refs, "iter.Seq2") || slices.Contains(refs, "iter.Seq")
}

func unlisted[A any](found []string, rows []Row[A]) []string {
	listed := map[string]bool{}
	for _, row := range rows {
		listed[row.Go] = true
	}
	var problems []string
	for _, name := range found {
		if !listed[name] {
			problems = append(problems, fmt.Sprintf("%s calls an endpoint and has no row", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		if !slices.Contains(found, name) {
			problems = append(problems, fmt.Sprintf("the row %s has no function that calls an endpoint", name))
		}
	}
	return problems
}

// Endpoints lists the exported functions and methods of the package in dir that reach
// token.Call, a method Do, Exchange or CachedTicket, cgi.Call or cgi.Do, or one of the
// functions through, written pkg.F. Methods are written Type.Method.
func Endpoints(dir string, through ...string) ([]string, error) {
	calls, err := references(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	reaches := map[string]bool{"token.Call": true, ".Do": true, ".Exchange": true, ".CachedTicket": true, "cgi.Call": true, "cgi.Do": true}
	for _, name := range through {
		reaches[name] = true
	}
	for spread(reaches, calls) {
	}
	var found []string
	for name := range calls {
		typ, method, _ := strings.Cut(name, ".")
		if reaches[name] && ast.IsExported(typ) && (method == "" || ast.IsExported(method)) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found, nil
}

// spread adds the functions that mention one of reaches, and reports whether there was one.
func spread(reaches map[string]bool, calls map[string][]string) (grown bool) {
	for name, refs := range calls {
		if reaches[name] || !slices.ContainsFunc(refs, func(ref string) bool { return reaches[ref] }) {
			continue
		}
		reaches[name], grown = true, true
		if _, method, ok := strings.Cut(name, "."); ok {
			reaches["."+method] = true
		}
	}
	return grown
}

// references maps each function in the folder's Go files, tests left out, to the names it
// mentions: f, pkg.F, and .M for methods.
func references(dir fs.FS) (map[string][]string, error) {
	files, err := parse(dir)
	if err != nil {
		return nil, err
	}
	calls := map[string][]string{}
	for _, file := range files {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
				calls[funcName(f)] = mentioned(f.Body, imports(file))
			}
		}
	}
	return calls, nil
}

// parse reads the folder's Go files, tests left out.
func parse(dir fs.FS) (files []*ast.File, err error) {
	names, err := fs.Glob(dir, "*.go")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

func imports(file *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, spec := range file.Imports {
		names[path.Base(strings.Trim(spec.Path.Value, `"`))] = true
	}
	return names
}

func funcName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	typ := f.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.Ident:
			return t.Name + "." + f.Name.Name
		default:
			return f.Name.Name
		}
	}
}

func mentioned(body ast.Node, imported map[string]bool) []string {
	var refs []string
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imported[x.Name] {
				refs = append(refs, x.Name+"."+n.Sel.Name)
				return false
			}
			refs = append(append(refs, "."+n.Sel.Name), mentioned(n.X, imported)...)
			return false
		case *ast.Ident:
			refs = append(refs, n.Name)
		}
		return true
	})
	return refs
}
