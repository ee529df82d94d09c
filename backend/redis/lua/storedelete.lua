-- Deletes KEYS[1] while KEYS[2] is the lock ARGV[1].
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1
