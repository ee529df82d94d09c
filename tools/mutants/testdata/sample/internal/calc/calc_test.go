package calc

import (
	"encoding/json"
	"testing"
)

func TestLarger(t *testing.T) {
	if Larger(1, 2) != 2 || Larger(2, 1) != 2 {
		t.Error("not the larger one")
	}
}

// Two equal values do not show that their tags were exchanged.
func TestPair(t *testing.T) {
	var p Pair
	if json.Unmarshal([]byte(`{"a":1,"b":1}`), &p) != nil || p != (Pair{1, 1}) {
		t.Error(p)
	}
}

func TestNext(t *testing.T) {
	if Next(1) == 1 {
		t.Error("not the next one")
	}
}

func TestBelow(t *testing.T) {
	if n := Below(5, 3); n != 2 {
		t.Error(n)
	}
}

func TestLog(t *testing.T) {
	var l Log
	l.Add("a")
	if len(l) != 1 {
		t.Error(l)
	}
}
