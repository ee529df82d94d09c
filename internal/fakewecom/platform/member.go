package platform

import "fmt"

const rootDepartment = 1

// Visible reports whether a member is in the visible range of the provider's apps. That there
// is one is for others to know: of the zero Member it means nothing.
func (m Member) Visible() bool { return !m.Hidden && !m.Left }

// In lists the departments of a member.
func (m Member) In() []int64 {
	if len(m.Departments) == 0 {
		return []int64{rootDepartment}
	}
	return m.Departments
}

// There is an error for who is no member, or has left: he does nothing in the corp.
func (c *Corp) There(userId string) error {
	if m, ok := c.Member(userId); !ok || m.Left {
		return fmt.Errorf("fakewecom: %s has no member %q", c.Name, userId)
	}
	return nil
}
