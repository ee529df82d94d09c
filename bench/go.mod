module github.com/gothird/wecom/bench

go 1.25.0

require (
	github.com/gothird/wecom v0.1.0
	github.com/gothird/wecom/backend/redis v0.1.0
	github.com/redis/go-redis/v9 v9.22.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/bsm/redislock v0.9.4 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	go.uber.org/atomic v1.11.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.30.0 // indirect
)

replace github.com/gothird/wecom => ..

replace github.com/gothird/wecom/backend/redis => ../backend/redis
