# Asks ejabberd through its administration interface: ask.py COMMAND NAME=VALUE...; prints what
# it says.
import json
import sys
import urllib.request

arguments = dict(word.split("=", 1) for word in sys.argv[2:])
request = urllib.request.Request("http://127.0.1.2:5280/api/" + sys.argv[1],
    json.dumps(arguments).encode(), {"Content-Type": "application/json"})
print(urllib.request.urlopen(request, timeout=10).read().decode())
