package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// The kinds of mutants.
const (
	conditions  = "conditions"
	comparisons = "comparisons"
	arithmetic  = "arithmetic"
	constants   = "constants"
	deletions   = "deletions"
	returns     = "returns"
	branches    = "branches"
	tags        = "tags"
)

var kinds = []string{conditions, comparisons, arithmetic, constants, deletions, returns, branches, tags}

// finder collects the mutants of one file.
type finder struct {
	name  string
	src   string
	file  *token.File
	stack []ast.Node // the nodes around the one that is looked at, outermost first
	found []mutant
	seen  map[string]int
}

// find gives all mutants of a file. Not all of them compile.
func find(name string, src []byte) ([]mutant, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(parsed) {
		return nil, err
	}
	f := &finder{name: name, src: string(src), file: fset.File(parsed.Pos()), seen: map[string]int{}}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if n == nil {
			f.stack = f.stack[:len(f.stack)-1]
			return true
		}
		if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			return false
		}
		f.visit(n)
		f.stack = append(f.stack, n)
		return true
	})
	return f.found, nil
}

func (f *finder) visit(n ast.Node) {
	switch n := n.(type) {
	case ast.Expr:
		f.expr(n)
	case *ast.BlockStmt:
		f.deletions(n.List)
	case *ast.CaseClause:
		f.deletions(n.Body)
	case *ast.CommClause:
		f.deletions(n.Body)
	case *ast.IfStmt:
		f.negate(n.Cond)
	case *ast.ForStmt:
		f.negate(n.Cond)
	default:
		f.stmt(n)
	}
}

func (f *finder) expr(n ast.Expr) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		f.binary(n)
	case *ast.BasicLit:
		f.literal(n)
	case *ast.Ident:
		switch n.Name {
		case "true":
			f.add(constants, f.context(n), f.instead(n, "false"))
		case "false":
			f.add(constants, f.context(n), f.instead(n, "true"))
		}
	case *ast.StructType:
		f.tags(n.Fields.List)
	}
}

func (f *finder) stmt(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		f.operator(arithmetic, n, n.TokPos, n.Tok)
	case *ast.IncDecStmt:
		f.operator(arithmetic, n, n.TokPos, n.Tok)
	case *ast.BranchStmt:
		f.operator(branches, n, n.TokPos, n.Tok)
	case *ast.ReturnStmt:
		f.noError(n)
	}
}

// negate turns a condition round. That of == and != is among the comparisons.
func (f *finder) negate(cond ast.Expr) {
	switch c := cond.(type) {
	case nil:
	case *ast.UnaryExpr:
		f.add(conditions, c, f.instead(c, f.text(c.X)))
	case *ast.BinaryExpr:
		if c.Op != token.EQL && c.Op != token.NEQ {
			f.add(conditions, c, f.instead(c, "!("+f.text(c)+")"))
		}
	default:
		f.add(conditions, c, f.instead(c, "!"+f.text(c)))
	}
}

var exchanged = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN,
	token.INC: token.DEC, token.DEC: token.INC,
	token.BREAK: token.CONTINUE, token.CONTINUE: token.BREAK,
}

func (f *finder) operator(kind string, n ast.Node, pos token.Pos, op token.Token) {
	if other, ok := exchanged[op]; ok {
		from := f.file.Offset(pos)
		f.add(kind, n, edit{from, from + len(op.String()), other.String()})
	}
}

func (f *finder) binary(n *ast.BinaryExpr) {
	switch n.Op {
	case token.LAND, token.LOR:
		f.add(conditions, n, f.instead(n, f.text(n.X)))
		f.add(conditions, n, f.instead(n, f.text(n.Y)))
	case token.ADD, token.SUB, token.MUL, token.QUO:
		if !isString(n.X) && !isString(n.Y) {
			f.operator(arithmetic, n, n.OpPos, n.Op)
		}
	default:
		f.operator(comparisons, n, n.OpPos, n.Op)
	}
}

// deletions takes away calls, assignments and defers, one at a time.
func (f *finder) deletions(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE && !blank(s) {
				f.add(deletions, s, f.instead(s, ""))
			}
		case *ast.ExprStmt, *ast.DeferStmt, *ast.IncDecStmt, *ast.SendStmt:
			f.add(deletions, s, f.instead(s, ""))
		}
	}
}

// noError lets a function that ends with an error end without.
func (f *finder) noError(n *ast.ReturnStmt) {
	var results *ast.FieldList
	for _, outer := range slices.Backward(f.stack) {
		if fn := funcType(outer); fn != nil {
			results = fn.Results
			break
		}
	}
	if results == nil || len(n.Results) == 0 || len(n.Results) != results.NumFields() {
		return
	}
	last := n.Results[len(n.Results)-1]
	if isIdent(results.List[len(results.List)-1].Type, "error") && !isIdent(last, "nil") {
		f.add(returns, n, f.instead(last, "nil"))
	}
}

// tags exchanges the tags of fields of one type that stand beside each other.
func (f *finder) tags(fields []*ast.Field) {
	for i := 1; i < len(fields); i++ {
		a, b := fields[i-1], fields[i]
		if tagged(a) && tagged(b) && f.text(a.Type) == f.text(b.Type) && a.Tag.Value != b.Tag.Value {
			f.add(tags, a, f.instead(a.Tag, b.Tag.Value), f.instead(b.Tag, a.Tag.Value))
		}
	}
}

func tagged(f *ast.Field) bool {
	return f.Tag != nil && (strings.Contains(f.Tag.Value, "json:") || strings.Contains(f.Tag.Value, "xml:"))
}

func (f *finder) text(n ast.Node) string {
	return f.src[f.file.Offset(n.Pos()):f.file.Offset(n.End())]
}

func (f *finder) instead(n ast.Node, text string) edit {
	return edit{f.file.Offset(n.Pos()), f.file.Offset(n.End()), text}
}

func (f *finder) place(pos token.Pos) place {
	p := f.file.Position(pos)
	return place{p.Line, p.Column}
}

// add notes a mutant. What is shown of it is the node shown, before and after.
func (f *finder) add(kind string, shown ast.Node, edits ...edit) {
	from := f.file.Offset(shown.Pos())
	old, changed := f.text(shown), ""
	if kind == tags {
		old, changed = edits[1].text, edits[0].text
	} else if changed = apply(old, from, edits); changed == "" {
		changed = "(deleted)"
	}
	m := mutant{file: f.name, kind: kind, edits: edits, change: short(old) + " → " + short(changed)}
	m.at = f.place(f.file.Pos(edits[0].from))
	m.line = f.src[f.file.Offset(f.file.LineStart(m.at.Line)):]
	m.line, _, _ = strings.Cut(m.line, "\n")
	m.line = strings.TrimSpace(m.line)
	for _, outer := range slices.Backward(f.stack) {
		if funcType(outer) != nil {
			m.fn = [2]place{f.place(outer.Pos()), f.place(outer.End())}
			break
		}
	}
	m.nth = f.seen[m.key()]
	f.seen[m.key()]++
	f.found = append(f.found, m)
}

// short puts code on one line of at most 100 letters.
func short(code string) string {
	letters := []rune(strings.Join(strings.Fields(code), " "))
	if len(letters) > 100 {
		return string(letters[:99]) + "…"
	}
	return string(letters)
}
