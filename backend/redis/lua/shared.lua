-- What all scripts of a queue begin with: its keys, its clock and its moves.
--
-- An item is a table: u '1' if urgent, r route, l lane, i identity, s same, p when it was put,
-- n starts, e whether it was ever started, st where it is ('w' waiting, 'b' busy, 'l' later,
-- 'd' dead), h token and o owner of its holder, why the reason of a dead one.
--
-- A lane's name is u .. text(r) .. text(l): no name is the beginning of another one, whatever
-- bytes are in it. Numbers that order something have 16 digits.

local items, payloads, states = KEYS[1], KEYS[2], KEYS[3] -- hashes by id
local waiting = KEYS[4]   -- sorted by lane name, id
local ready = KEYS[5]     -- sorted by class and route, turn, lane: lanes that can be claimed
local lanes = KEYS[6]     -- hash by lane name: 'r' ready, 'h' held, 'c' closed; an empty one has no entry
local closed = KEYS[7]    -- lane names by the time when they open
local owners, leases = KEYS[8], KEYS[9] -- names by the end of their lease; hash of its length
local held = KEYS[10]     -- sorted by owner, token, id
local later = KEYS[11]    -- ids by the time when they come back
local dead = KEYS[12]     -- sorted ids
local alive = KEYS[13]    -- sorted by route, id: all but the dead
local same = KEYS[14]     -- hash: id by Same, of items that were never started
local kept = KEYS[15]     -- hash: id by identity, of items that are in the queue
local finished = KEYS[16] -- identities of items that are gone, by the time when they are forgotten
local counts = KEYS[17]   -- hash by where and route
local numbers = KEYS[18]  -- hash: version, the last id, the last turn

local channel, identity_life, longest_wait = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local most_identities = 1048576
local step = 100 -- so much is swept at once
local repetition = 30000 -- so long the client may repeat a request, in milliseconds

local version = redis.call('HGET', numbers, 'version')
if version and version ~= '1' then
	return redis.error_reply('NEWERQUEUE ' .. version)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- A server whose memory is full lets a script write that has written before: what makes room
-- must not be refused.
local function write_when_full() redis.call('HDEL', numbers, '') end

local function digits(n) return string.format('%016.0f', n) end

local function text(s) return #s .. ':' .. s end

local function route_name(it) return it.u .. text(it.r) end

local function lane_name(it) return route_name(it) .. text(it.l) end

-- route_part returns the beginning of a lane's name, without the lane.
local function route_part(name)
	local length = string.match(name, '^(%d+):', 2)
	return string.sub(name, 1, 2 + #length + length)
end

-- first returns the first member of a sorted set that has digits after a name.
local function first(key, name)
	return redis.call('ZRANGEBYLEX', key, '[' .. name, '(' .. name .. ':', 'LIMIT', 0, 1)[1]
end

local soonest

-- wake notes that there is something to claim after some milliseconds.
local function wake(after)
	if not soonest or after < soonest then soonest = after end
end

-- announce tells who watches. It may not be allowed to, which is no failure.
local function announce()
	if soonest then redis.pcall('PUBLISH', channel, digits(soonest)) end
end

local function load(id)
	local raw = redis.call('HGET', items, id)
	local ok, it = pcall(cmsgpack.unpack, raw or '')
	if not ok or type(it) ~= 'table' then return nil end
	it.id = id
	return it
end

local function save(it) redis.call('HSET', items, it.id, cmsgpack.pack(it)) end

local function count(where, route, n)
	if redis.call('HINCRBY', counts, where .. route, n) == 0 then
		redis.call('HDEL', counts, where .. route)
	end
end

-- move changes where an item is; nil: nowhere.
local function move(it, to)
	local was, is = it.st and it.st ~= 'd', to and to ~= 'd'
	if it.st then count(it.st, it.r, -1) end
	if to then count(to, it.r, 1) end
	if is and not was then redis.call('ZADD', alive, 0, text(it.r) .. it.id) end
	if was and not is then redis.call('ZREM', alive, text(it.r) .. it.id) end
	it.st = to
end

-- offer makes a lane ready if it has a waiting item and is neither held nor closed.
local function offer(name)
	if redis.call('HEXISTS', lanes, name) == 1 or not first(waiting, name) then return end
	local route = route_part(name)
	local turn = redis.call('HINCRBY', numbers, 'turn', 1)
	redis.call('ZADD', ready, 0, route .. digits(turn) .. string.sub(name, #route + 1))
	redis.call('HSET', lanes, name, 'r')
	wake(0)
end

local function enter(it)
	move(it, 'w')
	redis.call('ZADD', waiting, 0, lane_name(it) .. it.id)
	offer(lane_name(it))
end

local function open(name)
	if redis.call('ZREM', closed, name) == 1 then
		redis.call('HDEL', lanes, name)
		offer(name)
	end
end

local function unhold(it)
	redis.call('HDEL', lanes, lane_name(it))
	redis.call('ZREM', held, text(it.o) .. it.h .. it.id)
	it.h, it.o = nil, nil
end

-- remove deletes an item. Its identity stays known for the rest of its life.
local function remove(it)
	move(it, nil)
	redis.call('HDEL', items, it.id)
	redis.call('HDEL', payloads, it.id)
	redis.call('HDEL', states, it.id)
	if it.i ~= '' then
		redis.call('HDEL', kept, it.i)
		if it.p + identity_life > now then
			redis.call('ZADD', finished, math.min(it.p, now) + identity_life, it.i)
		end
	end
end

local function is_alive(owner)
	local ends = redis.call('ZSCORE', owners, owner)
	return ends and tonumber(ends) > now
end

-- expire gives back what an owner holds, at most step items, and then forgets the owner.
local function expire(owner)
	local name = text(owner)
	local holds = redis.call('ZRANGEBYLEX', held, '[' .. name, '(' .. name .. '\255', 'LIMIT', 0, step)
	for _, hold in ipairs(holds) do
		local it = load(string.sub(hold, -16))
		if it and it.o == owner then
			unhold(it)
			enter(it)
			save(it)
		end
		redis.call('ZREM', held, hold)
	end
	if #holds < step then
		redis.call('ZREM', owners, owner)
		redis.call('HDEL', leases, owner)
	else
		wake(0)
	end
end

-- clamp moves times that are too far ahead: the server's clock was ahead.
local function clamp(key)
	local limit = now + longest_wait
	for _, member in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. digits(limit), '+inf', 'LIMIT', 0, step)) do
		redis.call('ZADD', key, limit, member)
	end
end

-- forget drops identities whose time is over, and the oldest if there are too many.
local function forget()
	local over = redis.call('ZRANGEBYSCORE', finished, '-inf', now, 'LIMIT', 0, step)
	if #over > 0 then redis.call('ZREM', finished, unpack(over)) end
	local excess = redis.call('ZCARD', finished) - most_identities
	if excess > 0 then redis.call('ZREMRANGEBYRANK', finished, 0, math.min(excess, step) - 1) end
end

-- clamp_lease shortens a lease that is longer than it was meant to be, for the same reason.
local function clamp_lease(owner)
	local limit = now + (redis.call('HGET', leases, owner) or 0)
	if tonumber(redis.call('ZSCORE', owners, owner)) > limit then
		redis.call('ZADD', owners, limit, owner)
	end
end

-- sweep does what is due.
local function sweep()
	write_when_full()
	local last = redis.call('ZREVRANGE', owners, 0, 0)[1]
	if last then clamp_lease(last) end
	clamp(later)
	clamp(closed)
	for _, owner in ipairs(redis.call('ZRANGEBYSCORE', owners, '-inf', now, 'LIMIT', 0, 10)) do
		expire(owner)
	end
	for _, name in ipairs(redis.call('ZRANGEBYSCORE', closed, '-inf', now, 'LIMIT', 0, step)) do
		open(name)
	end
	for _, id in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', now, 'LIMIT', 0, step)) do
		redis.call('ZREM', later, id)
		local it = load(id)
		if it and it.st == 'l' then
			enter(it)
			save(it)
		end
	end
	forget()
end

-- row is an item as it is answered. What was lost of it is false.
local function row(it)
	return {
		it.id, it.h or '', it.r, it.l, it.u, it.i, it.s, digits(it.n), digits(math.min(it.p, now)), it.why or '',
		redis.call('HGET', payloads, it.id), redis.call('HGET', states, it.id) or '',
	}
end
