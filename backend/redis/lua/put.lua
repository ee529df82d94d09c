-- put: the most items that the queue may have (0: any number), then seven texts for each item:
-- route, lane, '1' if urgent, identity, same, payload, state. KEYS[19], if it is there, is the
-- key that tells a repetition of this request.
local most = tonumber(ARGV[4])
local last = (#ARGV - 4) / 7 - 1

local function arg(i, k) return ARGV[4 + 7 * i + k] end

local function known(identity)
	if identity == '' then return false end
	if redis.call('HEXISTS', kept, identity) == 1 then return true end
	local ends = redis.call('ZSCORE', finished, identity)
	return ends and tonumber(ends) > now
end

local function same_as(s) return s ~= '' and redis.call('HGET', same, s) end

local function full()
	local new, limit = 0, most + math.ceil(most / 10) -- room for urgent items
	for i = 0, last do
		if not known(arg(i, 4)) and not same_as(arg(i, 5)) then new = new + 1 end
		if arg(i, 3) ~= '1' then limit = most end
	end
	return new > 0 and redis.call('HLEN', items) + new > limit
end

local function content(id, payload, state)
	redis.call('HSET', payloads, id, payload)
	if state == '' then
		redis.call('HDEL', states, id)
	else
		redis.call('HSET', states, id, state)
	end
end

local function put(i)
	local it = {r = arg(i, 1), l = arg(i, 2), u = arg(i, 3), i = arg(i, 4), s = arg(i, 5), p = now, n = 0}
	if known(it.i) then return end
	local old = same_as(it.s)
	if old then
		content(old, arg(i, 6), arg(i, 7))
		return
	end
	it.id = digits(redis.call('HINCRBY', numbers, 'id', 1))
	if it.i ~= '' then redis.call('HSET', kept, it.i, it.id) end
	if it.s ~= '' then redis.call('HSET', same, it.s, it.id) end
	content(it.id, arg(i, 6), arg(i, 7))
	enter(it)
	save(it)
end

if KEYS[19] and redis.call('EXISTS', KEYS[19]) == 1 then return 'OK' end
if most > 0 and full() then return 'FULL' end
redis.call('HSET', numbers, 'version', '1')
if KEYS[19] then redis.call('SET', KEYS[19], '', 'PX', repetition) end
for i = 0, last do put(i) end
forget()
announce()
return 'OK'
