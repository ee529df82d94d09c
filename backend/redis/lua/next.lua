-- next: in how many milliseconds something is due; -1: nothing is.
local soon
for _, key in ipairs({later, closed, owners}) do
	local head = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
	local at = tonumber(head[2])
	if at and (not soon or at < soon) then soon = at end
end
return soon and math.max(0, soon - now) or -1
