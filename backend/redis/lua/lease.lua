-- lease: 'join' or 'extend', owner, milliseconds.
local what, owner, lease = ARGV[4], ARGV[5], tonumber(ARGV[6])
write_when_full()
if is_alive(owner) then
	clamp_lease(owner)
else
	if what == 'extend' then return 'LOST' end
	while redis.call('ZSCORE', owners, owner) do expire(owner) end -- an earlier owner of this name
end
local ends = math.max(now + lease, tonumber(redis.call('ZSCORE', owners, owner) or 0))
redis.call('ZADD', owners, ends, owner)
redis.call('HSET', leases, owner, digits(ends - now))
if what == 'join' then wake(lease) end
announce()
return 'OK'
