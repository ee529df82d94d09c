package callback

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/pairbench"
)

//go:embed testdata/suite_ticket.xml
var suiteTicketXML []byte

//go:embed testdata/update_user.xml
var updateUserXML []byte

// benchPush is one encrypted push and the ways to open it.
type benchPush struct {
	crypt                       *Crypt
	floor                       *floor
	signature, timestamp, nonce string
	body                        []byte
}

func newBenchPush(t testing.TB, payload []byte) *benchPush {
	v := cryptVectors(t)[0]
	c, err := NewCrypt(v.Token, v.AESKey)
	require.NoError(t, err)
	p := &benchPush{crypt: c, floor: newFloor(v.Token, v.AESKey), timestamp: "1760000000", nonce: "8c2f1d7b"}
	encrypt, signature, err := c.Encrypt(payload, "ww4f1e9a27c05bd863", p.timestamp, p.nonce)
	require.NoError(t, err)
	p.signature = signature
	p.body = fmt.Appendf(nil, "<xml><ToUserName><![CDATA[ww4f1e9a27c05bd863]]></ToUserName>"+
		"<Encrypt><![CDATA[%s]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>", encrypt)
	return p
}

// ours is envelope, signature, decryption and the event as its own type.
func (p *benchPush) ours() (*Notice, error) {
	payload, err := p.decrypt()
	if err != nil {
		return nil, err
	}
	return Parse(payload)
}

func (p *benchPush) decrypt() ([]byte, error) {
	encrypt, err := parseEnvelope(p.body)
	if err != nil {
		return nil, err
	}
	payload, _, err := p.crypt.Decrypt(p.signature, p.timestamp, p.nonce, encrypt)
	return payload, err
}

// standard is ours with encoding/xml for the message, in its favour: one pass, no lists split.
func (p *benchPush) standard() (*knownUser, error) {
	payload, err := p.decrypt()
	if err != nil {
		return nil, err
	}
	u := new(knownUser)
	return u, xml.Unmarshal(payload, u)
}

func (p *benchPush) hand() *knownUser {
	return p.floor.open(p.signature, p.timestamp, p.nonce, p.body)
}

// All three ways must come to the same, or their times mean nothing.
func TestBenchWaysAgree(t *testing.T) {
	t.Parallel()
	p := newBenchPush(t, updateUserXML)
	n, err := p.ours()
	require.NoError(t, err)
	require.IsType(t, (*ContactEvent)(nil), n.Content)
	e := n.Content.(*ContactEvent)
	std, err := p.standard()
	require.NoError(t, err)
	hand := p.hand()

	assert.Equal(t, hand.departments, e.Department)
	assert.Equal(t, hand.leaders, e.IsLeaderInDept)
	assert.Equal(t, hand.directLeaders, e.DirectLeader)
	std.Department, std.IsLeaderInDept, std.DirectLeader = "", "", ""
	std.departments, std.leaders, std.directLeaders = hand.departments, hand.leaders, hand.directLeaders
	assert.Equal(t, std, hand)
	assert.Equal(t, hand.SuiteId, n.SuiteId)
	assert.Equal(t, hand.ChangeType, n.ChangeType)
	assert.Equal(t, hand.Telephone, e.Telephone)
	require.Len(t, e.ExtAttr, 5)
	for i, want := range hand.ExtAttr {
		got := e.ExtAttr[i]
		assert.Equal(t, want, knownAttr{got.Name, got.Type, got.Text.Value, got.Web.Title, got.Web.Url})
	}

	p = newBenchPush(t, suiteTicketXML)
	n, err = p.ours()
	require.NoError(t, err)
	assert.Equal(t, p.hand().SuiteTicket, n.Content.(*SuiteTicketEvent).SuiteTicket)
}

func TestAllocations(t *testing.T) {
	for name, tc := range map[string]struct {
		payload []byte
		most    float64
	}{
		"suite_ticket": {suiteTicketXML, 8},
		"update_user":  {updateUserXML, 10},
	} {
		p := newBenchPush(t, tc.payload)
		got := tc.most + 1
		for range 10 { // the race detector takes memory out of pools at random
			got = min(got, testing.AllocsPerRun(200, func() { _, _ = p.ours() }))
		}
		t.Logf("%s: %d bytes, %.0f allocations", name, len(tc.payload), got)
		assert.LessOrEqual(t, got, tc.most, name)
	}
}

// BenchmarkRatio prints the table of `make bench`: our time by that of another way, with that
// way against itself as control.
func BenchmarkRatio(b *testing.B) {
	for _, fixture := range []struct {
		name    string
		payload []byte
	}{{"suite_ticket", suiteTicketXML}, {"update_user", updateUserXML}} {
		p := newBenchPush(b, fixture.payload)
		ours := func() { _, _ = p.ours() }
		for _, base := range []struct {
			name string
			run  func()
		}{{"floor", func() { p.hand() }}, {"encoding-xml", func() { _, _ = p.standard() }}} {
			b.Run(fixture.name+"/by-"+base.name, func(b *testing.B) {
				for range b.N {
					r := pairbench.Compare(base.run, ours)
					b.ReportMetric(r.Ratio, "ratio")
					b.ReportMetric(r.Control, "control")
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// Benchmarks of each step on the larger push, for a profile.
func BenchmarkSteps(b *testing.B) {
	p := newBenchPush(b, updateUserXML)
	encrypt, err := parseEnvelope(p.body)
	require.NoError(b, err)
	for name, run := range map[string]func(){
		"floor":    func() { p.hand() },
		"ours":     func() { _, _ = p.ours() },
		"envelope": func() { _, _ = parseEnvelope(p.body) },
		"decrypt":  func() { _, _, _ = p.crypt.Decrypt(p.signature, p.timestamp, p.nonce, encrypt) },
		"parse":    func() { _, _ = Parse(updateUserXML) },
		"scan":     func() { scanUser(string(updateUserXML)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}
