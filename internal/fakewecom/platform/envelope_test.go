package platform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

func TestInstallIsToldInTheFormOfItsKind(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	own := platform.Callback{URL: w.Hook.URL + "/template", Token: faketest.Token, EncodingAESKey: faketest.Key}
	require.NoError(t, w.AddSuite(platform.Suite{Id: faketest.Template, Secret: "s", Template: true, Command: own, DataURL: w.Hook.URL + "/own"}))
	w.AuthCode(faketest.Suite)
	w.AuthCode(faketest.Template)
	host := w.Join(platform.Part{})
	before := len(w.Pushes())
	require.NoError(t, host.Act(t.Context(), func() error {
		for _, in := range host.Installs(faketest.Corp) {
			host.TellInstall(in, "rain", platform.Text("Id", "7"))
		}
		return nil
	}))
	now := w.Clock.Now().Unix()
	told := map[string]string{}
	for _, p := range w.Pushes()[before:] {
		told[p.Path] = strings.NewReplacer("<![CDATA[", "", "]]>", "").Replace(p.Payload)
	}
	assert.Equal(t, map[string]string{
		"/command": fmt.Sprintf("<xml><SuiteId>%s</SuiteId><AuthCorpId>%s</AuthCorpId><InfoType>rain</InfoType><TimeStamp>%d</TimeStamp><Id>7</Id></xml>",
			faketest.Suite, faketest.Corp, now),
		"/own": fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>sys</FromUserName><CreateTime>%d</CreateTime><MsgType>event</MsgType><Event>rain</Event><Id>7</Id></xml>",
			faketest.Corp, now),
	}, told)
}

func TestEventHeadNamesWhoCausedIt(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	head := string(platform.EventXML(w.Join(platform.Part{}).EventHead(faketest.Corp, "woBo", "rain")...))
	assert.Equal(t, "woBo", faketest.Between(head, "<FromUserName><![CDATA[", "]]>"))
	assert.Equal(t, faketest.Corp, faketest.Between(head, "<ToUserName><![CDATA[", "]]>"))
}
