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
		key := jsonName(f)
		if id, ok := f.Type.(*ast.Ident); ok && key == "" && len(f.Names) == 0 && structs[id.Name] != nil {
			names = append(names, jsonNames(structs, id.Name)...)
		}
		if key != "" && key != "-" {
			names = append(names, key)
		}
	}
	return names
}

// Tags fails for each field of a struct of the package in dir, tests left out, whose JSON
// name is another than its own, written small and with underscores or without: two tags that
// are exchanged would be such names. Except names fields, such as Struct.Field, for which
// that is meant.
func Tags(t *testing.T, dir string, except Why) {
	t.Helper()
	problems, err := otherTags(os.DirFS(dir), except)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}

func otherTags(dir fs.FS, except Why) (problems []string, err error) {
	files, err := parse(dir)
	if err != nil {
		return nil, err
	}
	other := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if s, ok := spec.Type.(*ast.StructType); ok {
					maps.Copy(other, otherNames(spec.Name.Name, s))
				}
			}
			return true
		})
	}
	for _, field := range slices.Sorted(maps.Keys(other)) {
		if _, ok := except[field]; !ok {
			problems = append(problems, fmt.Sprintf("%s has the JSON name %q", field, other[field]))
		}
	}
	for field := range except {
		if _, ok := other[field]; !ok {
			problems = append(problems, fmt.Sprintf("the exception for %s is not needed", field))
		}
	}
	return problems, nil
}

// otherNames gives the fields of a struct whose JSON name is not theirs.
func otherNames(typ string, s *ast.StructType) map[string]string {
	other := map[string]string{}
	for _, f := range s.Fields.List {
		key := jsonName(f)
		for _, name := range f.Names {
			if key != "" && key != "-" && !strings.EqualFold(name.Name, strings.ReplaceAll(key, "_", "")) {
				other[typ+"."+name.Name] = key
			}
		}
	}
	return other
}

// jsonName is the JSON name in a field's tag, "" if it has none.
func jsonName(f *ast.Field) string {
	if f.Tag == nil {
		return ""
	}
	tag, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		return ""
	}
	key, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
	return key
}
