package main

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// literal changes a number or a string.
func (f *finder) literal(n *ast.BasicLit) {
	switch n.Kind {
	case token.INT:
		f.integer(n)
	case token.STRING:
		if field, ok := f.stack[len(f.stack)-1].(*ast.Field); ok && field.Tag == n || f.inMessage() {
			return
		}
		other := `"x"`
		if len(n.Value) > len(`""`) {
			other = `""`
		}
		f.add(constants, f.context(n), f.instead(n, other))
	}
}

func (f *finder) integer(n *ast.BasicLit) {
	value, err := strconv.ParseInt(n.Value, 0, 64)
	if err != nil {
		return
	}
	other := value + 1
	if value == 1 {
		other = 0
	}
	f.add(constants, f.context(n), f.instead(n, strconv.FormatInt(other, 10)))
}

// context gives the expression around n if it is short, so that a reader sees which of
// the literals of a line is meant.
func (f *finder) context(n ast.Expr) ast.Node {
	const longest = 60
	outer, ok := f.stack[len(f.stack)-1].(ast.Expr)
	if ok && len(f.text(outer)) <= longest {
		return outer
	}
	return n
}

var (
	logMethods = []string{
		"Debug", "Info", "Warn", "Error", "DebugContext", "InfoContext", "WarnContext", "ErrorContext",
		"Log", "LogAttrs",
	}
	textMethods = []string{"String", "GoString", "Error"}
)

// inMessage reports whether a string only words an error, a log record or a printed value.
// Tests should not repeat such texts.
func (f *finder) inMessage() bool {
	for _, outer := range slices.Backward(f.stack) {
		switch outer := outer.(type) {
		case *ast.CallExpr:
			return makesMessage(outer)
		case *ast.FuncDecl:
			return outer.Recv != nil && slices.Contains(textMethods, outer.Name.Name)
		case *ast.FuncLit:
			return false
		}
	}
	return false
}

func makesMessage(call *ast.CallExpr) bool {
	if isIdent(call.Fun, "panic") {
		return true
	}
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	switch name := fun.Sel.Name; {
	case isIdent(fun.X, "fmt"):
		return name == "Errorf"
	case isIdent(fun.X, "errors"):
		return name == "New"
	default:
		return isIdent(fun.X, "slog") || slices.Contains(logMethods, name)
	}
}

func isIdent(n ast.Expr, name string) bool {
	id, ok := n.(*ast.Ident)
	return ok && id.Name == name
}

func isString(n ast.Expr) bool {
	lit, ok := n.(*ast.BasicLit)
	return ok && lit.Kind == token.STRING
}

// blank reports whether an assignment only keeps the compiler content: _ = x.
func blank(s *ast.AssignStmt) bool {
	for _, left := range s.Lhs {
		if !isIdent(left, "_") {
			return false
		}
	}
	return !slices.ContainsFunc(s.Rhs, func(right ast.Expr) bool { _, ok := right.(*ast.CallExpr); return ok })
}

func funcType(n ast.Node) *ast.FuncType {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return n.Type
	case *ast.FuncLit:
		return n.Type
	}
	return nil
}
