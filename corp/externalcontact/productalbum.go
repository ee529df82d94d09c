package externalcontact

import (
	"cmp"
	"errors"
	"iter"
	"strings"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/internal/wirecheck"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const (
	maxProducts = 100       // of one page
	maxPrice    = 5_000_000 // fen
)

// ProductImage is a picture of a product, from media.UploadAttachment with media.ForAlbum.
type ProductImage struct {
	Type  string      `json:"type"` // always image, also if it is left out
	Image *wire.Media `json:"image"`
}

// NewProduct 商品: is a new product for the album.
type NewProduct struct {
	Description string         `json:"description"`          // at most 300 characters
	Price       int64          `json:"price"`                // in fen, at most 5,000,000
	ProductSn   string         `json:"product_sn,omitempty"` // at most 128 letters and digits
	Attachments []ProductImage `json:"attachments"`          // 1 to 9
}

func (p NewProduct) check() error {
	var none error
	if len(p.Attachments) == 0 {
		none = errors.New("wecom: attachments is empty: a product needs 1 to 9 images")
	}
	return cmp.Or(check.Required("description", p.Description), none, checkProduct(p.Description, p.ProductSn, &p.Price))
}

func checkProduct(description, sn string, price *int64) error {
	if strings.ContainsFunc(sn, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) {
		return errors.New("wecom: product_sn takes only letters and digits")
	}
	return cmp.Or(check.Runes("description", description, 300), check.Bytes("product_sn", sn, 128), check.Optional("price", price, 0, maxPrice))
}

// typedImages are the pictures with their type set.
func typedImages(images []ProductImage) ([]ProductImage, error) {
	typed := make([]ProductImage, len(images))
	for i, image := range images {
		if image.Image == nil || wirecheck.Media("image", image.Image) != nil {
			return nil, check.At("attachments", i, errors.New("image.media_id is empty"))
		}
		typed[i] = ProductImage{"image", image.Image}
	}
	return typed, check.Items("attachments", len(images), 9)
}

type productReq struct {
	ProductId string `json:"product_id"`
}

func (r productReq) check() error { return check.Required("product_id", r.ProductId) }

// AddProductAlbum 创建商品图册: adds a product to the corp's album, and returns its id.
//
// Errors: 41072 an image that was not uploaded for albums, 41073 and 41087 description, 41085
// product_sn, 41086 price, 41202 too many products.
// https://developer.work.weixin.qq.com/document/path/95096
func AddProductAlbum(api *token.Api, in NewProduct) (productId string, err error) {
	images, err := typedImages(in.Attachments)
	checked := in.check()
	in.Attachments = images
	res, err := cgi.Call[productReq](api, cgi.Write("externalcontact/add_product_album").Needing("product_id"), in, checked, err)
	if err != nil {
		return "", err
	}
	return res.ProductId, nil
}

// Product is a product of the album. Its images are for media.Get.
type Product struct {
	ProductId string `json:"product_id"`
	NewProduct
	CreateTime int64 `json:"create_time"` // Unix seconds, of GetProductAlbum
}

// ProductPage is one page of [GetProductAlbumList].
type ProductPage struct {
	ProductList []Product `json:"product_list"`
	NextCursor  string    `json:"next_cursor"` // "" on the last page
}

// GetProductAlbumList 获取商品图册列表: lists one page of all products of the corp; limit is at most
// 100, 0 means 50.
// https://developer.work.weixin.qq.com/document/path/95096
func GetProductAlbumList(api *token.Api, cursor string, limit int) (*ProductPage, error) {
	return cgi.Call[ProductPage](api, cgi.Read("externalcontact/get_product_album_list"), pageReq{cursor, limit}, check.Limit(limit, maxProducts))
}

// AllProducts walks all pages of [GetProductAlbumList]. It stops at the first error.
func AllProducts(api *token.Api) iter.Seq2[Product, error] {
	return walk(api, func(cursor string) (*ProductPage, error) { return GetProductAlbumList(api, cursor, maxProducts) },
		func(p *ProductPage) ([]Product, string) { return p.ProductList, p.NextCursor })
}

type productRes struct {
	Product Product `json:"product"`
}

// GetProductAlbum 获取商品图册: reads a product.
//
// Errors: 41074 it is deleted, 41075 wrong id.
// https://developer.work.weixin.qq.com/document/path/95096
func GetProductAlbum(api *token.Api, productId string) (*Product, error) {
	req := productReq{productId}
	res, err := cgi.Call[productRes](api, cgi.Read("externalcontact/get_product_album").Needing("product"), req, req.check())
	if err != nil {
		return nil, err
	}
	return &res.Product, nil
}

// ProductEdit changes a product. Fields that are left out do not change; limits are those of
// [NewProduct].
type ProductEdit struct {
	ProductId   string         `json:"product_id"`
	Description string         `json:"description,omitempty"`
	Price       *int64         `json:"price,omitempty"`
	ProductSn   string         `json:"product_sn,omitempty"`
	Attachments []ProductImage `json:"attachments,omitempty"` // replaces all
}

// UpdateProductAlbum 编辑商品图册: changes a product that the app made. WeCom's page also says that
// description and price are needed.
//
// Errors: those of [AddProductAlbum] and [GetProductAlbum].
// https://developer.work.weixin.qq.com/document/path/95096
func UpdateProductAlbum(api *token.Api, in ProductEdit) error {
	images, err := typedImages(in.Attachments)
	in.Attachments = images
	return cgi.Do(api, cgi.Write("externalcontact/update_product_album"), in, check.Required("product_id", in.ProductId), checkProduct(in.Description, in.ProductSn, in.Price), err)
}

// DeleteProductAlbum 删除商品图册: deletes a product that the app made.
//
// Errors: 41074 it is deleted, 41075 wrong id.
// https://developer.work.weixin.qq.com/document/path/95096
func DeleteProductAlbum(api *token.Api, productId string) error {
	req := productReq{productId}
	return cgi.Do(api, cgi.Write("externalcontact/delete_product_album"), req, req.check())
}
