-- unbury: 'retry' or 'discard', ids.
for i = 5, #ARGV do
	local it = redis.call('ZREM', dead, ARGV[i]) == 1 and load(ARGV[i])
	if it and ARGV[4] == 'retry' then
		it.n, it.why = 0, nil
		enter(it)
		save(it)
	elseif it then
		remove(it)
	end
end
announce()
return 'OK'
