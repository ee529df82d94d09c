package cgi

import "fmt"

// UnknownStatus is the error for a job of which it is not known whether it will ever end.
func UnknownStatus(status int) error {
	return fmt.Errorf("wecom: the job has the unknown status %d", status)
}
