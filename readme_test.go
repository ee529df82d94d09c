package wecom_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

// The code of the README, so that it compiles.

func readmeStores(use func(token.Store, callback.Queue)) error {
	key, err := os.ReadFile("/etc/myapp/wecom.key") // 32 bytes
	if err != nil {
		return err
	}
	store, err := token.NewDirStore("/var/lib/myapp/wecom", key)
	if err != nil {
		return err
	}
	queue, err := callback.NewDirQueue("/var/lib/myapp/wecom-queue", key)
	if err != nil {
		return err
	}
	use(store, queue)
	return nil
}

func readmeApi(store token.Store) (*token.Api, error) {
	api, err := token.New(token.Config{
		CorpId: "ww1a2b3c4d5e6f7089", ProviderSecret: os.Getenv("WECOM_PROVIDER_SECRET"),
		SuiteId: "ww9f8e7d6c5b4a3021", SuiteSecret: os.Getenv("WECOM_SUITE_SECRET"),
		Store: store,
	})
	return api, err
}

func readmeSandbox(store token.Store) (*token.Api, error) {
	api, err := token.New(token.Config{
		BaseURL: os.Getenv("WECOM_BASE_URL"),
		CorpId:  os.Getenv("WECOM_CORP_ID"), ProviderSecret: os.Getenv("WECOM_PROVIDER_SECRET"),
		SuiteId: os.Getenv("WECOM_SUITE_ID"), SuiteSecret: os.Getenv("WECOM_SUITE_SECRET"),
		Store: store,
	})
	return api, err
}

func readmeCall(api *token.Api, r *http.Request, corpId, code string) (*license.ActiveDetail, error) {
	corp := api.WithContext(r.Context()).WithCorp(corpId)
	detail, err := license.LICActiveCodeDetail(corp, code)
	if errors.Is(err, token.Code(701002)) {
		// unknown code
	}
	return detail, err
}

func readmeMessage(corp *token.Api, userId string) error {
	_, err := message.Send(corp, message.Message{ToUser: []string{userId}, Content: message.Content{Text: &wire.Text{Content: "Hello"}}})
	return err
}

func readmeAny(corp *token.Api) (any, error) {
	type answer struct{}
	out, err := token.Call[answer](corp, token.Endpoint{Path: "/cgi-bin/menu/get", Method: "GET", Credential: token.Corp, Read: true}, url.Values{"agentid": {"1000002"}})
	return out, err
}

func readmeInbox(ctx context.Context, api *token.Api, queue callback.Queue, mux *http.ServeMux, welcome func(*token.Api, *service.Permanent) error) error {
	inbox, err := callback.NewInbox(callback.Config{Queue: queue})
	if err != nil {
		return err
	}
	callback.On(inbox, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error {
		return welcome(n.Api, n.Permanent()) // n.Api acts for the corp that has installed
	}, callback.KItCreateAuth)

	app, err := inbox.Handler(api, callback.URL{
		Token:          os.Getenv("WECOM_TOKEN"),
		EncodingAESKey: os.Getenv("WECOM_AES_KEY"),
	})
	if err != nil {
		return err
	}
	system, err := inbox.Handler(api, callback.URL{
		Channel:        callback.System,
		Token:          os.Getenv("WECOM_SYSTEM_TOKEN"),
		EncodingAESKey: os.Getenv("WECOM_SYSTEM_AES_KEY"),
	})
	if err != nil {
		return err
	}
	mux.Handle("/wecom/app", app)
	mux.Handle("/wecom/system", system)
	running := make(chan error, 1)
	go func() { running <- inbox.Run(ctx) }() // what fails goes to the Logger, too
	return <-running
}

// G: module/readme
func TestReadmeCompiles(t *testing.T) {
	t.Parallel()
	assert.NotNil(t, []any{readmeStores, readmeApi, readmeSandbox, readmeCall, readmeMessage, readmeAny, readmeInbox})
	self, err := os.ReadFile("readme_test.go")
	require.NoError(t, err)
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		code := flat(string(self))
		for _, b := range goBlocks(t, name) {
			assert.Contains(t, code, flat(b), name)
		}
	}
}

// Both languages show the same two commands.
// G: module/readme
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		readme, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, command := range []string{"go run ./examples/quickstart", "make test"} {
			assert.Contains(t, string(readme), "\n"+command+"\n```", name)
		}
	}
}

// The command is shown in both languages, with the same lines.
// G: module/readme
func TestReadmeShowsTheCommand(t *testing.T) {
	t.Parallel()
	shown := regexp.MustCompile("(?s)```\\n(go install [^`]*)```")
	var blocks []string
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		readme, err := os.ReadFile(name)
		require.NoError(t, err)
		found := shown.FindStringSubmatch(string(readme))
		require.NotNil(t, found, name)
		blocks = append(blocks, found[1])
	}
	assert.Equal(t, blocks[0], blocks[1])
	assert.Equal(t, 4, strings.Count(blocks[0], "\nwecom "))
}

// goBlocks are the pieces of Go code in a document.
func goBlocks(t *testing.T, name string) (code []string) {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	for _, b := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		code = append(code, b[1])
	}
	require.NotEmpty(t, code, name)
	return code
}

// flat drops indentation, which a block in a function has more of.
func flat(code string) string {
	return regexp.MustCompile(`\n\s*`).ReplaceAllString("\n"+strings.TrimSpace(code), "\n")
}
