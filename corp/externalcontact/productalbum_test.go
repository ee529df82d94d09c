package externalcontact_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/wire"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A price of 0 is sent, in an edit if it is given.
// G: endpoint/zeros
func TestPriceOfAProduct(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{}`)
	require.NoError(t, externalcontact.UpdateProductAlbum(api, externalcontact.ProductEdit{ProductId: "p", Price: new(int64)}))
	require.NoError(t, externalcontact.UpdateProductAlbum(api, externalcontact.ProductEdit{ProductId: "p", Description: "茶"}))
	assert.Equal(t, []string{
		`/cgi-bin/externalcontact/update_product_album {"product_id":"p","price":0}`,
		`/cgi-bin/externalcontact/update_product_album {"product_id":"p","description":"茶"}`,
	}, asked())
}

// G: endpoint/checked
func TestProductsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	image := externalcontact.ProductImage{Image: &wire.Media{MediaId: "m"}}
	good := externalcontact.NewProduct{Description: strings.Repeat("茶", 300), Price: 5_000_000, ProductSn: strings.Repeat("aZ09", 32), Attachments: make([]externalcontact.ProductImage, 9)}
	for i := range good.Attachments {
		good.Attachments[i] = image
	}
	for want, change := range map[string]func(p *externalcontact.NewProduct){
		"description is empty":              func(p *externalcontact.NewProduct) { p.Description = "" },
		"description has 301":               func(p *externalcontact.NewProduct) { p.Description += "茶" },
		"price is 5000001":                  func(p *externalcontact.NewProduct) { p.Price++ },
		"price is -1":                       func(p *externalcontact.NewProduct) { p.Price = -1 },
		"product_sn has 129":                func(p *externalcontact.NewProduct) { p.ProductSn += "x" },
		"only letters and digits":           func(p *externalcontact.NewProduct) { p.ProductSn = "SN-1" },
		"attachments is empty":              func(p *externalcontact.NewProduct) { p.Attachments = nil },
		"attachments has 10":                func(p *externalcontact.NewProduct) { p.Attachments = append(p.Attachments[:9:9], image) },
		"attachments[0]: image.media_id is": func(p *externalcontact.NewProduct) { p.Attachments = []externalcontact.ProductImage{{}} },
		"attachments[1]: image.media_id is e": func(p *externalcontact.NewProduct) {
			p.Attachments = []externalcontact.ProductImage{image, {Image: &wire.Media{}}}
		},
	} {
		p := good
		change(&p)
		require.ErrorContains(t, failure(externalcontact.AddProductAlbum(api, p)), want)
		if strings.HasSuffix(want, "is empty") {
			continue // an edit leaves it as it is
		}
		edit := externalcontact.ProductEdit{ProductId: "p", Description: p.Description, Price: &p.Price, ProductSn: p.ProductSn, Attachments: p.Attachments}
		require.ErrorContains(t, externalcontact.UpdateProductAlbum(api, edit), want)
	}
	require.ErrorContains(t, externalcontact.UpdateProductAlbum(api, externalcontact.ProductEdit{}), "product_id is empty")
	require.ErrorContains(t, failure(externalcontact.GetProductAlbum(api, "")), "product_id is empty")
	require.ErrorContains(t, externalcontact.DeleteProductAlbum(api, ""), "product_id is empty")

	api, _ = corptest.Script(t, `{"product_id":"p"}`)
	id, err := externalcontact.AddProductAlbum(api, good)
	require.NoError(t, err)
	assert.Equal(t, "p", id)
}

// A text or a number is empty beside an error.
func TestNothingMarketedComesWithAnError(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string {
		return `{"errcode":48002,"rule_id":"x","product_id":"x","jobid":"x","keys":["x"],"subscribe_mode":2,"rule_list":[{"rule_id":"x"}]}`
	})
	_, list := externalcontact.GetInterceptRuleList(api)
	require.Error(t, list)
	mode, err := externalcontact.GetSubscribeMode(api)
	require.Error(t, err)
	assert.Zero(t, mode)
	for i, call := range []func() (string, error){
		func() (string, error) {
			return externalcontact.AddInterceptRule(api, externalcontact.NewInterceptRule{RuleName: "n", WordList: []string{"w"}, InterceptType: 1, ApplicableRange: externalcontact.RuleRange{UserList: []string{"u"}}})
		},
		func() (string, error) {
			return externalcontact.AddProductAlbum(api, externalcontact.NewProduct{Description: "d", Attachments: []externalcontact.ProductImage{{Image: &wire.Media{MediaId: "m"}}}})
		},
		func() (string, error) {
			return externalcontact.AddMomentTask(api, externalcontact.MomentTask{Text: hello})
		},
		func() (string, error) {
			keys, err := externalcontact.CustomerAcquisitionCreateOnceKey(api, "l", 1)
			return strings.Join(keys, ""), err
		},
	} {
		got, err := call()
		require.Error(t, err, i)
		assert.Empty(t, got, i)
	}
}
