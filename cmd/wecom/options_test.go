package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parsed parses the arguments of push.
func parsed(t *testing.T, args ...string) *session {
	t.Helper()
	s := &session{command: pushCommand()}
	require.NoError(t, s.parse(args))
	return s
}

func TestOptionsStandAnywhere(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-channel", "data", "-json", "a", "b"},
		{"a", "-channel=data", "b", "-json"},
		{"--json", "a", "b", "--channel", "data"},
		{"a", "--channel=data", "-json", "--", "b"},
	} {
		s := parsed(t, args...)
		assert.Equal(t, []string{"a", "b"}, s.args, args)
		assert.Equal(t, "data", s.value("channel"), args)
		assert.True(t, s.has("json"), args)
		assert.False(t, s.has("show"), args)
		assert.Empty(t, s.value("show"), args)
	}
}

func TestValuesOfOptions(t *testing.T) {
	t.Parallel()
	s := parsed(t, "-set", "A=1", "-set=B=2", "-channel=x", "-channel=y")
	assert.Equal(t, []string{"A=1", "B=2"}, s.options["set"], "each is kept")
	assert.Equal(t, "y", s.value("channel"), "the last counts")
	s = parsed(t, "-channel", "-json", "-auth-corp-id=", "-")
	assert.Equal(t, "-json", s.value("channel"), "a value may begin with a dash")
	assert.True(t, s.has("auth-corp-id"), "a value may be empty")
	assert.Equal(t, []string{"-"}, s.args, "a dash alone is no option")
	s = parsed(t, "--", "-json", "-x")
	assert.Equal(t, []string{"-json", "-x"}, s.args, "behind -- there are no options")
	assert.False(t, s.has("json"))
}

// Each secret is refused as an argument of each command, and is not repeated.
// G: command/secrets
func TestSecretsAreNoArguments(t *testing.T) {
	t.Parallel()
	for _, c := range commands() {
		for _, x := range settings {
			if !x.secret {
				continue
			}
			for _, args := range [][]string{{"-" + x.name, "my-secret"}, {"--" + x.name + "=my-secret"}, {"-" + x.name}} {
				o := environment{}.wecom(t, "", append([]string{c.name}, args...)...)
				assert.Equal(t, exitUsage, o.code, args)
				assert.Contains(t, o.err, x.env(), args)
				assert.Contains(t, o.err, "-"+x.name+"-file", args)
				assert.Contains(t, o.err, "history", args)
				assert.NotContains(t, o.out+o.err, "my-secret", args)
			}
		}
	}
}

// All names are different, in the environment and as options, also beside those of a command.
func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	envs := map[string]bool{}
	for _, x := range settings {
		assert.False(t, envs[x.env()], x.env())
		envs[x.env()] = true
		assert.Regexp(t, `^WECOM_[A-Z_]+$`, x.env())
		assert.Equal(t, x, settingOf(x.name))
	}
	names := map[string]bool{}
	for _, c := range commands() {
		assert.False(t, names[c.name], c.name)
		names[c.name] = true
		options := map[string]bool{"help": true, "h": true}
		for _, o := range c.allOptions() {
			assert.False(t, options[o.name], "%s -%s", c.name, o.name)
			options[o.name] = true
			assert.NotEmpty(t, o.help.en, o.name)
			assert.Regexp(t, `\p{Han}|EncodingAESKey|Token`, o.help.zh, o.name)
		}
		for _, name := range c.settings {
			assert.NotEmpty(t, settingOf(name).what.en, "%s has the setting %s, which there is not", c.name, name)
		}
	}
	assert.True(t, settingOf("unknown").secret, "rather than shown")
}

// An option comes before the environment, and a value that begins with @ names a file.
func TestWhereSettingsComeFrom(t *testing.T) {
	t.Parallel()
	secret, id := file(t, " from-file \n"), file(t, "id-from-file\r\n")
	for name, row := range map[string]struct {
		env     environment
		args    []string
		setting string
		want    string
	}{
		"environment":        {environment{"WECOM_SUITE_ID": "a"}, nil, setSuiteId, "a"},
		"blanks":             {environment{"WECOM_SUITE_ID": " a\n"}, nil, setSuiteId, "a"},
		"option":             {environment{"WECOM_SUITE_ID": "a"}, []string{"-suite-id", "b"}, setSuiteId, "b"},
		"empty option":       {environment{"WECOM_SUITE_ID": "a"}, []string{"-suite-id="}, setSuiteId, ""},
		"file":               {environment{"WECOM_SUITE_ID": "@" + id}, nil, setSuiteId, "id-from-file"},
		"not set":            {environment{}, nil, setSuiteId, ""},
		"secret":             {environment{"WECOM_TOKEN": "a"}, nil, setToken, "a"},
		"secret file":        {environment{"WECOM_TOKEN": "@" + secret}, nil, setToken, "from-file"},
		"secret option":      {environment{"WECOM_TOKEN": "a"}, []string{"-token-file", secret}, setToken, "from-file"},
		"secret of standard": {environment{}, []string{"-token-file", "-"}, setToken, "typed"},
	} {
		s := parsed(t, row.args...)
		s.env = func(name string) string { return row.env[name] }
		s.stdin = strings.NewReader("typed\n")
		value, err := s.setting(row.setting)
		require.NoError(t, err, name)
		assert.Equal(t, row.want, value, name)
		if row.setting == setToken && len(row.want) > 3 {
			assert.Equal(t, "***", s.scrub(row.want), "%s: it is hidden from then on", name)
		}
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestInputThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := &session{stdin: brokenReader{}}
	_, err := s.read("-")
	require.ErrorContains(t, err, "unexpected EOF")
	_, err = s.read(t.TempDir())
	require.ErrorContains(t, err, "cannot be read")
	assert.NotContains(t, err.Error(), os.TempDir(), "who gives a secret in place of a file name would read it")
	data, err := (&session{stdin: strings.NewReader("\ufeffa")}).read("-")
	require.NoError(t, err)
	assert.Equal(t, "a", string(data), "without a byte-order mark")
}

// Who sits before the command is told that it waits; a program is not.
func TestSomebodyWhoTypesIsTold(t *testing.T) {
	t.Parallel()
	device, err := os.Open(os.DevNull) // a device with characters, as a terminal is
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, device.Close()) })
	plain, err := os.Open(file(t, "x"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, plain.Close()) })
	for _, row := range []struct {
		stdin io.Reader
		told  bool
	}{{device, true}, {plain, false}, {strings.NewReader("x"), false}} {
		var errs strings.Builder
		s := &session{stdin: row.stdin, stderr: &errs}
		_, err := s.read("-")
		require.NoError(t, err)
		assert.Equal(t, row.told, strings.Contains(errs.String(), "Ctrl-D"))
	}
}
