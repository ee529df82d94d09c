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

// WireNames fails for each struct field of the package in dir, tests left out, whose JSON or
// XML name is not its Go name but for case and _: two exchanged tags would be two such names.
// Exceptions are listed as Type.Field=name.
//
// It fails too for a struct that has a name twice, in itself or with a struct of the package
// that it embeds. Names differ in more than case, since encoding/json matches them without it.
func WireNames(t *testing.T, dir string, except Why) {
	t.Helper()
	problems, checked, err := wireNames(os.DirFS(dir), except)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
	if checked == 0 {
		t.Error("no struct has a name on the wire")
	}
	t.Logf("spectest: %d names on the wire", checked)
}

func wireNames(dir fs.FS, except Why) (problems []string, checked int, err error) {
	files, err := parse(dir)
	if err != nil {
		return nil, 0, err
	}
	structs, used := map[string]*ast.StructType{}, map[string]bool{}
	for _, file := range files {
		eachStruct(file, func(owner string, named bool, s *ast.StructType) {
			if named {
				structs[owner] = s
			}
			for _, f := range s.Fields.List {
				for _, name := range tagNames(f) {
					checked++
					key := fmt.Sprintf("%s.%s=%s", owner, f.Names[0].Name, name)
					if _, ok := except[key]; ok {
						used[key] = true
					} else if plain(name) != plain(f.Names[0].Name) {
						problems = append(problems, key+" is not the field's own name")
					}
				}
			}
		})
	}
	for _, key := range slices.Sorted(maps.Keys(except)) {
		if !used[key] {
			problems = append(problems, "the exception for "+key+" is not needed")
		}
	}
	return append(problems, namesTwice(structs)...), checked, nil
}

// eachStruct calls do for the structs in a file, with the name of the type. Structs without
// a name have that of what they are in.
func eachStruct(file *ast.File, do func(owner string, named bool, s *ast.StructType)) {
	var owner string
	var owned ast.Expr
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			owner, owned = n.Name.Name, nil
		case *ast.TypeSpec:
			owner, owned = n.Name.Name, n.Type
		case *ast.StructType:
			do(owner, owned == n, n)
		}
		return true
	})
}

// tagNames gives the names of a field in JSON and XML, of paths the first element.
func tagNames(f *ast.Field) (names []string) {
	if f.Tag == nil || len(f.Names) == 0 {
		return nil
	}
	text, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		return nil
	}
	for _, format := range []string{"json", "xml"} {
		name, _, _ := strings.Cut(reflect.StructTag(text).Get(format), ",")
		name, _, _ = strings.Cut(name, ">")
		if name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

func namesTwice(structs map[string]*ast.StructType) (problems []string) {
	for _, name := range slices.Sorted(maps.Keys(structs)) {
		seen := map[string]bool{}
		for _, key := range allNames(structs, name) {
			if seen[key] {
				problems = append(problems, fmt.Sprintf("%s has the name %q twice", name, key))
			}
			seen[key] = true
		}
	}
	return problems
}

// allNames lists the names of a struct in lower case, with those of what it embeds.
func allNames(structs map[string]*ast.StructType, name string) (names []string) {
	for _, f := range structs[name].Fields.List {
		if id, ok := f.Type.(*ast.Ident); ok && f.Tag == nil && len(f.Names) == 0 && structs[id.Name] != nil {
			names = append(names, allNames(structs, id.Name)...)
		}
		own := tagNames(f)
		for i := range own {
			own[i] = strings.ToLower(own[i])
		}
		names = append(names, slices.Compact(own)...)
	}
	return names
}
