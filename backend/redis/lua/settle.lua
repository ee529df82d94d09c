-- settle: seven texts for each settlement: id, token, kind, milliseconds, lane, state, reason.
-- The answer has the places of those that were lost, from 0. It is kept for a while under
-- KEYS[19], for a repetition of this request.
local before = redis.call('GET', KEYS[19])
if before then return cmsgpack.unpack(before) end
local lost = {}
sweep()

local function again(it, after, lane)
	it.n = 0
	if lane ~= '' then
		it.l, it.u = lane, '0'
		open(lane_name(it))
	end
	if after == 0 then
		enter(it)
		return
	end
	move(it, 'l')
	redis.call('ZADD', later, now + after, it.id)
	wake(after)
end

local function wait(it, after)
	it.n = 0
	if after > 0 then
		redis.call('HSET', lanes, lane_name(it), 'c')
		redis.call('ZADD', closed, now + after, lane_name(it))
		wake(after)
	end
	enter(it)
end

local function bury(it, reason)
	it.why = reason
	redis.call('ZADD', dead, 0, it.id)
	move(it, 'd')
end

local function settle(it, kind, after, lane, state, reason)
	local name = lane_name(it)
	unhold(it)
	if kind == 'done' then
		remove(it)
	else
		if state ~= '' then redis.call('HSET', states, it.id, state) end
		if kind == 'again' then again(it, after, lane) end
		if kind == 'wait' then wait(it, after) end
		if kind == 'bury' then bury(it, reason) end
		save(it)
	end
	offer(name)
end

for i = 4, #ARGV, 7 do
	local it = load(ARGV[i])
	if it and it.st == 'b' and it.h == ARGV[i + 1] and is_alive(it.o) then
		local after = math.min(tonumber(ARGV[i + 3]), longest_wait)
		settle(it, ARGV[i + 2], after, ARGV[i + 4], ARGV[i + 5], ARGV[i + 6])
	else
		lost[#lost + 1] = (i - 4) / 7
	end
end
redis.call('SET', KEYS[19], cmsgpack.pack(lost), 'PX', repetition)
announce()
return lost
