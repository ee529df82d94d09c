package wecomsql_test

const roleVariable = "WECOMSQL_TEST_ROLE"

// runRole does what another process of a test does.
func runRole(role string) int { return 2 }
