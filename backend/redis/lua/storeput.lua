-- Writes KEYS[1] while KEYS[2] is the lock ARGV[1]: ARGV[2] is the value, ARGV[3] its life in
-- milliseconds, 0 for ever.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if ARGV[3] == '0' then
	redis.call('SET', KEYS[1], ARGV[2])
else
	redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1
