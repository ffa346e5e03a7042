-- The people of a host: juliet, whose contact romeo of writer.example is; she is never online,
-- so that what is sent to her is kept. Her nurse always is: what is sent to her is received.
local rostermanager = require "core.rostermanager"
local usermanager = require "core.usermanager"
local st = require "util.stanza"
local host = module.host

usermanager.create_user("juliet", "secret", host)
usermanager.create_user("nurse", "secret", host)
rostermanager.save_roster("juliet", host, {
	["romeo@writer.example"] = { subscription = "from", groups = {} },
	[false] = { version = 1 },
})

-- XEP-0184, 5.4
module:hook("message/bare", function (event)
	local message = event.stanza
	local receipt

	if message.attr.to ~= "nurse@" .. host or not message:get_child("request", "urn:xmpp:receipts") then
		return
	end
	receipt = st.message({ from = "nurse@" .. host .. "/kitchen", to = message.attr.from })
		:tag("received", { xmlns = "urn:xmpp:receipts", id = message.attr.id })
	module:send(receipt)
	return true
end, 10)
