package wecomsql
