package spectest

import (
	"fmt"
	"go/ast"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Names fails for each struct of the package in dir, tests left out, that has a JSON name
// twice, in itself or with a struct of the package that it embeds. Names differ in more
// than case, since encoding/json matches them without it.
func Names(t *testing.T, dir string) {
	t.Helper()
	problems, checked, err := namesTwice(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
	t.Logf("spectest: the JSON names of %d structs", checked)
}

func namesTwice(dir fs.FS) (problems []string, checked int, err error) {
	files, err := parse(dir)
	if err != nil {
		return nil, 0, err
	}
	structs := map[string]*ast.StructType{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if s, ok := spec.Type.(*ast.StructType); ok {
					structs[spec.Name.Name] = s
				}
			}
			return true
		})
	}
	for _, name := range slices.Sorted(maps.Keys(structs)) {
		seen := map[string]bool{}
		for _, key := range jsonNames(structs, name) {
			if key = strings.ToLower(key); seen[key] {
				problems = append(problems, fmt.Sprintf("%s has the JSON name %q twice", name, key))
			}
			seen[key] = true
		}
	}
	return problems, len(structs), nil
}

// jsonNames lists the JSON names of a struct, with those of what it embeds.
func jsonNames(structs map[string]*ast.StructType, name string) (names []string) {
	for _, f := range structs[name].Fields.List {
		key := ""
		if f.Tag != nil {
			tag, err := strconv.Unquote(f.Tag.Value)
			if err != nil {
				continue
			}
			key, _, _ = strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		}
		if id, ok := f.Type.(*ast.Ident); ok && key == "" && len(f.Names) == 0 && structs[id.Name] != nil {
			names = append(names, jsonNames(structs, id.Name)...)
		}
		if key != "" && key != "-" {
			names = append(names, key)
		}
	}
	return names
}
