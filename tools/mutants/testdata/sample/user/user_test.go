package user

import "testing"

func TestSixteenth(t *testing.T) {
	if Sixteenth(32) != 2 {
		t.Error("wrong")
	}
}
