package service

import (
	"os"
	"testing"

	"github.com/gothird/wecom/internal/clock/clocktest"
)

func TestMain(m *testing.M) { os.Exit(clocktest.Run(m)) }
