package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// tree is a copy of the module. Mutants run in it: whatever they write goes there, and
// work on the module itself does not disturb a run.
type tree struct {
	root string // the copy
	temp string // for test programs and their temporary files
}

func copyTree(root string) (*tree, error) {
	temp, err := openTemp("", "mutants")
	if err != nil {
		return nil, err
	}
	t := &tree{root: filepath.Join(temp, "tree"), temp: temp}
	if err := copyFiles(t.root, root); err != nil {
		t.remove()
		return nil, err
	}
	return t, nil
}

// openTemp makes a temporary folder that tests can enter after they give up being root.
func openTemp(dir, name string) (string, error) {
	temp, err := os.MkdirTemp(dir, name)
	if err != nil {
		return "", err
	}
	return temp, os.Chmod(temp, 0o755)
}

func copyFiles(to, from string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == ".git" && d.IsDir() {
			return fs.SkipDir
		}
		below, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		copied := filepath.Join(to, below)
		if d.IsDir() {
			return os.MkdirAll(copied, 0o755)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(copied, text, 0o644)
	})
}

func (t *tree) remove() { _ = os.RemoveAll(t.temp) }

// pkg is a package of the module.
type pkg struct {
	Dir, ImportPath string
	GoFiles         []string
	name            string // its folder below the root
}

func (t *tree) pkg(ctx context.Context, name string) (*pkg, error) {
	name = strings.TrimPrefix(filepath.ToSlash(filepath.Clean(name)), "./")
	if _, err := os.Stat(filepath.Join(t.root, name)); err != nil {
		name = "internal/" + name
	}
	out, err := t.goTool(ctx, "list", "-json=Dir,ImportPath,GoFiles", "./"+name)
	if err != nil {
		return nil, fmt.Errorf("package %s: %w\n%s", name, err, out)
	}
	p := &pkg{name: name}
	return p, json.Unmarshal(out, p)
}

func (p *pkg) mutants() (all []mutant, err error) {
	for _, file := range p.GoFiles {
		src, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return nil, err
		}
		found, err := find(p.name+"/"+file, src)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func (t *tree) goTool(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = t.root
	return cmd.CombinedOutput()
}

// errCompile says that a mutant is no Go program.
var errCompile = errors.New("does not compile")

var compilerSays = regexp.MustCompile(`(?m)^\S+\.go:\d+:\d+: `)

// build makes the test program of p at out.
func (t *tree) build(ctx context.Context, p *pkg, out string, args ...string) error {
	args = append([]string{"test", "-c", "-trimpath", "-ldflags=-s -w", "-o", out}, append(args, "./"+p.name)...)
	said, err := t.goTool(ctx, args...)
	switch {
	case err != nil && compilerSays.Match(said):
		return fmt.Errorf("%s %w:\n%s", p.name, errCompile, said)
	case err != nil:
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, said)
	}
	if _, err := os.Stat(out); err != nil {
		return fmt.Errorf("%s has no tests", p.name)
	}
	return nil
}

// limited keeps a mutant from using up the machine: 4 GB of memory, 1 GB a file.
const limited = `ulimit -v 4194304 2>/dev/null; ulimit -f 2097152 2>/dev/null; exec "$0" "$@"`

// run runs a test program in the folder of p, and ends it after the timeout with all
// processes that it started.
func (t *tree) run(ctx context.Context, p *pkg, timeout time.Duration, program string, args ...string) (said []byte, timedOut bool, err error) {
	temp, err := openTemp(t.temp, "run")
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(bounded, "sh", append([]string{"-c", limited, program, "-test.paniconexit0"}, args...)...)
	cmd.Dir, cmd.Env = p.Dir, append(os.Environ(), "TMPDIR="+temp)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	said, err = cmd.CombinedOutput()
	if cmd.Process != nil {
		_ = cmd.Cancel() // what the tests left running
	}
	return said, bounded.Err() != nil, err
}
