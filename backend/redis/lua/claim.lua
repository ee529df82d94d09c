-- claim: owner, a random text of this request, how many at most, '1' for urgent ones, routes.
-- The text begins the tokens: if the same request comes twice, because the answer to the first
-- was lost on the way, the second is answered as the first.
local owner, request, most, urgent = ARGV[4], ARGV[5], tonumber(ARGV[6]), ARGV[7]
sweep()
if not is_alive(owner) then
	announce()
	return 'LOST'
end

local rows = {}

local before = text(owner) .. request
for _, hold in ipairs(redis.call('ZRANGEBYLEX', held, '[' .. before, '(' .. before .. ':')) do
	local it = load(string.sub(hold, -16))
	if it then rows[#rows + 1] = row(it) end
end
if #rows > 0 then return rows end

-- next_of returns the lane of a route that is ready for the longest time.
local function next_of(route)
	local member = first(ready, route)
	if not member then return nil end
	return {member = member, turn = string.sub(member, #route + 1, #route + 16), lane = route .. string.sub(member, #route + 17)}
end

-- take returns the first item of a lane. An item that was deleted by others is passed over.
local function take(lane)
	while true do
		local member = first(waiting, lane)
		if not member then return nil end
		redis.call('ZREM', waiting, member)
		local it = load(string.sub(member, -16))
		if it then return it end
	end
end

local function hold(it)
	it.n, it.e = it.n + 1, 1
	if it.s ~= '' and redis.call('HGET', same, it.s) == it.id then
		redis.call('HDEL', same, it.s)
	end
	move(it, 'b')
	it.o, it.h = owner, request .. digits(#rows)
	redis.call('ZADD', held, 0, text(owner) .. it.h .. it.id)
	redis.call('HSET', lanes, lane_name(it), 'h')
	save(it)
	rows[#rows + 1] = row(it)
end

local heads = {}
for i = 8, #ARGV do
	local route = urgent .. text(ARGV[i])
	heads[route] = next_of(route)
end
while #rows < most do
	local best
	for route, head in pairs(heads) do
		if not best or head.turn < heads[best].turn then best = route end
	end
	if not best then break end
	local lane = heads[best].lane
	redis.call('ZREM', ready, heads[best].member)
	redis.call('HDEL', lanes, lane)
	local it = take(lane)
	if it then hold(it) end
	heads[best] = next_of(best)
end
announce()
return rows
