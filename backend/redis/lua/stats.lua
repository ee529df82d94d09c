-- stats: for each route its name, how many are waiting, busy, later and dead, and how many
-- milliseconds ago the oldest that is not dead was put.
sweep()
local routes, answer = {}, {}
local all = redis.call('HGETALL', counts)
for i = 1, #all, 2 do
	local where, name = string.sub(all[i], 1, 1), string.sub(all[i], 2)
	local route = routes[name] or {w = 0, b = 0, l = 0, d = 0}
	routes[name] = route
	route[where] = tonumber(all[i + 1])
end
for name, route in pairs(routes) do
	local oldest = first(alive, text(name))
	local it = oldest and load(string.sub(oldest, -16))
	answer[#answer + 1] = {name, route.w, route.b, route.l, route.d, it and math.max(0, now - it.p) or 0}
end
announce()
return answer
