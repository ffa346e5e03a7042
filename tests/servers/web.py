"""A web server where the SRV record promises XMPP. It waits for a request line that
never comes, and then says so as the usual ones do (RFC 9110, 15.5.9)."""

import http.server


class Handler(http.server.BaseHTTPRequestHandler):
    timeout = 0.5

    def log_error(self, *message):
        # The base class has given up waiting, and would close without a word.
        self.wfile.write(b"HTTP/1.0 408 Request Timeout\r\n\r\n")


http.server.ThreadingHTTPServer(("127.0.1.3", 5269), Handler).serve_forever()
