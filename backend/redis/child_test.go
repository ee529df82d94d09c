package wecomredis_test

const roleOfChild = "WECOMREDIS_CHILD"

func runChild(string) {}
