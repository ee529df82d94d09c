package fakewecom_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

func ExampleServer() {
	fake := fakewecom.New(platform.Options{})
	if err := fake.AddProvider(platform.Provider{CorpId: "wwprovider", Secret: "secret"}); err != nil {
		fmt.Println(err)
		return
	}
	wecom := httptest.NewServer(fake) // its URL is the BaseURL of the client under test
	defer wecom.Close()

	fake.Fault(platform.Fault{Path: "/cgi-bin/service/get_provider_token", Count: 1, HTTPStatus: http.StatusBadGateway})
	for range 2 {
		res, err := http.Post(wecom.URL+"/cgi-bin/service/get_provider_token", "application/json",
			strings.NewReader(`{"corpid":"wwprovider","provider_secret":"secret"}`))
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		fmt.Println(res.StatusCode, strings.Contains(string(body), "provider_access_token"))
	}
	fmt.Println(fake.Count("/cgi-bin/service/get_provider_token"), fake.Requests()[1].Body)
	// Output:
	// 502 false
	// 200 true
	// 2 {"corpid":"wwprovider","provider_secret":"#38524dc1"}
}
