package callback

import (
	_ "embed"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/suite_ticket.xml
var suiteTicketXML []byte

//go:embed testdata/update_user.xml
var updateUserXML []byte

// opener opens an encrypted push as a Handler does: envelope, signature, decryption and the
// event as its own type. The module in bench/ says what that costs.
func opener(t testing.TB, payload []byte) func() (*Notice, error) {
	v := cryptVectors(t)[0]
	c, err := NewCrypt(v.Token, v.AESKey)
	require.NoError(t, err)
	const timestamp, nonce = "1760000000", "8c2f1d7b"
	encrypt, signature, err := c.Encrypt(payload, "ww4f1e9a27c05bd863", timestamp, nonce)
	require.NoError(t, err)
	body := fmt.Appendf(nil, "<xml><ToUserName><![CDATA[ww4f1e9a27c05bd863]]></ToUserName>"+
		"<Encrypt><![CDATA[%s]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>", encrypt)
	return func() (*Notice, error) {
		encrypt, err := parseEnvelope(body)
		if err != nil {
			return nil, err
		}
		payload, _, err := c.Decrypt(signature, timestamp, nonce, encrypt)
		if err != nil {
			return nil, err
		}
		return Parse(payload)
	}
}

func TestAllocations(t *testing.T) {
	for name, tc := range map[string]struct {
		payload []byte
		most    float64
	}{
		"suite_ticket": {suiteTicketXML, 8},
		"update_user":  {updateUserXML, 10},
	} {
		open := opener(t, tc.payload)
		n, err := open()
		require.NoError(t, err)
		require.Equal(t, tc.payload, n.Raw)
		got := tc.most + 1
		for range 10 { // the race detector takes memory out of pools at random
			got = min(got, testing.AllocsPerRun(200, func() { _, _ = open() }))
		}
		t.Logf("%s: %d bytes, %.0f allocations", name, len(tc.payload), got)
		assert.LessOrEqual(t, got, tc.most, name)
	}
}
