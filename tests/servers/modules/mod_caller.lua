-- Calls another server when a test asks for it: the file calls/HOST holds the domain. What is
-- sent is a ping; whether it is answered is of no interest.
local st = require "util.stanza"
local file = os.getenv("WORLD") .. "/calls/" .. module.host

module:add_timer(0.2, function ()
	local asked = io.open(file)
	local domain = asked and asked:read()

	if asked then
		asked:close()
	end
	if domain then
		os.remove(file)
		module:send(st.iq({ type = "get", id = "call", from = module.host, to = domain })
			:tag("ping", { xmlns = "urn:xmpp:ping" }))
	end
	return 0.2
end)
