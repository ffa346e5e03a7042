# The world that fedprobe is tested against, for tests/servers/run: a certificate
# authority, signed zones, and the servers. Sourced by bash inside namespaces of its own;
# $here holds the recipes, and everything that is made goes below $WORLD.

# Writes a file from its recipe: fill NAME makes $WORLD/NAME of NAME.in.
fill()
{
	sed "s|@WORLD@|$WORLD|g" "$here/$1.in" >"$WORLD/$1"
}

# Noon, so many days from today, as openssl ca and ldns-signzone write it.
day()
{
	date -u -d "today $1 days" +%Y%m%d120000
}

# --- the network -----------------------------------------------------------------------

# The black holes are dropped by a rule: an address of 127/8 that nobody uses refuses.
network()
{
	ip link set lo up
	for number in 1 2 4 98 99; do
		ip addr add "fd00:1ab::$number/128" dev lo nodad
	done
	ip route add prohibit 127.0.1.96 table local
	nft -f - <<-'RULES'
		table inet world {
			chain input {
				type filter hook input priority 0;
				ip daddr { 127.0.1.45, 127.0.1.97, 127.0.1.99 } drop
				ip6 daddr fd00:1ab::99 drop
			}
		}
	RULES
	echo lab >/proc/sys/kernel/hostname
	echo "nameserver 127.0.0.53" >"$WORLD/resolv.conf"
	mount --bind "$WORLD/resolv.conf" "$(readlink -f /etc/resolv.conf)"
}

# --- certificates ----------------------------------------------------------------------

# key FILE COMMON-NAME: a key and a request.
key()
{
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \
		-config "$here/openssl.cnf" -subj "/CN=$2" \
		-keyout "$1.key" -out "$1.csr"
}

# sign FILE ISSUER EXTENSIONS FIRST LAST; the issuer "self" is the file's own key.
sign()
{
	local issuer=(-cert "$WORLD/ca/$2.pem" -keyfile "$WORLD/ca/$2.key")

	[ "$2" = self ] && issuer=(-selfsign -keyfile "$1.key")
	openssl ca -batch -notext -config "$here/openssl.cnf" "${issuer[@]}" \
		-extensions "$3" -startdate "$(day "$4")Z" -enddate "$(day "$5")Z" \
		-in "$1.csr" -out "$1.pem"
}

authorities()
{
	local ca=$WORLD/ca

	mkdir -p "$ca/issued"
	: >"$ca/index.txt"
	key "$ca/root" "World Root"
	sign "$ca/root" self root -400 +3000
	key "$ca/intermediate" "World Intermediate"
	sign "$ca/intermediate" root intermediate -200 +1500
	key "$ca/private" "Private Root"
	sign "$ca/private" self root -400 +3000
}

# leaf FILE ISSUER EXTENSIONS FIRST LAST SENT NAMES: a row of `certificates`. Prosody
# wants chain and key in two files, ejabberd in one.
leaf()
{
	local file=$WORLD/leaf/$1

	key "$file" "$1.example"
	SAN=$7 sign "$file" "$2" "$3" "$4" "$5"
	cp "$file.pem" "$file.crt"
	[ "$6" = - ] || cat "$WORLD/ca/$6.pem" >>"$file.crt"
	cat "$file.crt" "$file.key" >"$file.pem"
}

# Prosody's direct TLS finds a certificate only as HOST.crt and HOST.key in one folder.
certificates()
{
	local row

	export SAN=DNS:example WORLD
	mkdir "$WORLD/leaf" "$WORLD/direct"
	authorities
	while read -r -a row; do
		case ${row[0]-} in
		"" | "#"*) ;;
		*) leaf "${row[@]}" || return ;;
		esac
	done <"$here/certificates"
	for file in healthy:healthy strict:strict good:swapped good:directonly; do
		for suffix in crt key; do
			ln "$WORLD/leaf/${file%:*}.$suffix" \
				"$WORLD/direct/${file#*:}.example.$suffix"
		done
	done
}

# --- DNS -------------------------------------------------------------------------------

# zone NAME FIRST LAST: signs $WORLD/zones/NAME.zone with a new key.
zone()
{
	local key

	key=$(ldns-keygen -a ECDSAP256SHA256 -k "$1") || return
	mv "$key.ds" "${1%%.*}.ds"
	ldns-signzone -i "$(day "$2")" -e "$(day "$3")" -o "$1" \
		-f "${1%%.*}.signed" "${1%%.*}.zone" "$key"
}

# The record of "bogus" is altered behind its signature.
zones()
{
	mkdir "$WORLD/zones"
	cd "$WORLD/zones" || return
	cp "$here/stale.zone" .
	zone stale.example -40 -10 || return
	cat "$here/example.zone" stale.ds >example.zone
	zone example -10 +20 || return
	sed -i '/^_xmpp-server._tcp.bogus.*SRV\t0 0 5269/s/5269/5268/' example.signed
	cd "$WORLD" || return
}

# --- servers ---------------------------------------------------------------------------

# ejabberdctl insists on its own user and leaves a daemon behind; erl does not.
ejabberd()
{
	local folder=(/usr/lib/*/ejabberd-[0-9]*/ebin /usr/lib/ejabberd-[0-9]*/ebin)

	mkdir "$WORLD/ejabberd"
	cat >"$WORLD/inetrc" <<-'NAMES'
		{lookup, ["file", "dns"]}.
		{resolv_conf, ""}.
		{nameserver, {127,0,0,53}, 53}.
		{host, {127,0,0,1}, ["localhost", "lab"]}.
	NAMES
	EJABBERD_CONFIG_PATH=$WORLD/ejabberd.yml EJABBERD_LOG_PATH=$WORLD/ejabberd.log \
		EJABBERD_PID_PATH=$WORLD/ejabberd.pid ERL_INETRC=$WORLD/inetrc \
		ERL_LIBS=${folder[0]%/*/*} HOME=$WORLD/ejabberd \
		exec erl +K true -noinput -mnesia dir "\"$WORLD/ejabberd\"" -s ejabberd
}

# await ADDRESS PORT: until somebody accepts connections there.
await()
{
	local tries=0

	until (: <"/dev/tcp/$1/$2") 2>/dev/null; do
		[ $((tries += 1)) -lt 1000 ] || return
		sleep 0.02
	done
}

# greeted ADDRESS PORT: until a stream is answered there; ejabberd listens for a while
# before it accepts, and its queue holds five.
greeted()
{
	local reply

	until exec 3<>"/dev/tcp/$1/$2" && echo "<stream:stream" \
		"xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:server'" \
		"to='beta.example' version='1.0'>" >&3 && read -r -t 1 -n 1 reply <&3; do
		sleep 0.02
	done
	exec 3>&-
}

# Everything, or a failure with the reason on stderr. Servers that take long start first.
world()
{
	network || return
	certificates >"$WORLD/openssl.log" 2>&1 || {
		cat "$WORLD/openssl.log" >&2
		return 1
	}
	mkdir "$WORLD/prosody" "$WORLD/strict" "$WORLD/clear" "$WORLD/calls"
	cp -r "$here/modules" "$WORLD/modules"
	(umask 077
	echo "the secret of the world" >"$WORLD/secret"
	echo "a secret of nobody" >"$WORLD/wrong-secret")
	for file in ejabberd.yml {common,prosody,strict,clear}.cfg.lua {nsd,unbound}.conf; do
		fill "$file"
	done
	ejabberd >"$WORLD/ejabberd.out" 2>&1 &
	for name in prosody strict clear; do
		prosody --config "$WORLD/$name.cfg.lua" -F >"$WORLD/$name.out" 2>&1 &
	done
	python3 "$here/web.py" >"$WORLD/web.out" 2>&1 &
	zones >"$WORLD/zones.log" || return
	nsd -d -c "$WORLD/nsd.conf" >"$WORLD/nsd.out" 2>&1 &
	unbound -d -c "$WORLD/unbound.conf" >"$WORLD/unbound.out" 2>&1 &
	for place in 127.0.0.54/53 127.0.0.53/53 127.0.1.1/5269 fd00:1ab::1/5270 \
		fd00:1ab::4/5270 127.0.1.3/5269 127.0.1.7/5269 127.0.1.2/5280 127.0.1.2/5269 \
		fd00:1ab::2/5270; do
		await "${place%/*}" "${place#*/}" || {
			echo "nothing listens on $place" >&2
			tail -n 20 "$WORLD"/*.out >&2
			return 1
		}
	done
	greeted 127.0.1.2 5269 && greeted fd00:1ab::2 5269
}
