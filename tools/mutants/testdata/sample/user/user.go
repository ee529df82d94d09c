// Package user uses calc.
package user

import "example.com/sample/internal/calc"

// Sixteenth divides twice.
func Sixteenth(n int) int { return calc.Quarter(calc.Quarter(n)) }
