-- dead: the id before the first one, how many at most.
local rows = {}
local from = ARGV[4] == '' and '-' or '(' .. ARGV[4]
for _, id in ipairs(redis.call('ZRANGEBYLEX', dead, from, '+', 'LIMIT', 0, ARGV[5])) do
	local it = load(id)
	if it then rows[#rows + 1] = row(it) end
end
return rows
