/* The least that a client can do to see a partner's TLS: ask for the SRV record and for
 * the address, connect, STARTTLS, shake hands, close. It blocks, judges nothing, and
 * leaves at the first surprise: a measure for tests/bench/latency, and nothing else.
 * floor RESOLVER DOMAIN */
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <resolv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DNS_PORT = 53, SRV_PORT = 4, SRV_TARGET = 6 };

struct answer {
	uint8_t byte[4096];
	ns_msg message;
	ns_rr record; /* the first of its type */
};

static _Noreturn void
surprise(const char *what)
{
	fprintf(stderr, "floor: surprised by %s\n", what);
	exit(1);
}

static int
dial(const char *address, int port, int type)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, type, 0), one = 1;

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
		connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		surprise("the connection");
	if (type == SOCK_STREAM)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return fd;
}

static void
ask(const char *resolver, const char *name, int type, struct answer *answer)
{
	uint8_t question[512];
	int length = res_mkquery(
		QUERY, name, ns_c_in, type, NULL, 0, NULL, question, sizeof question);
	int fd = dial(resolver, DNS_PORT, SOCK_DGRAM);
	ssize_t got;

	if (length < 0 || send(fd, question, (size_t)length, 0) != length)
		surprise("the question");
	got = recv(fd, answer->byte, sizeof answer->byte, 0);
	close(fd);
	if (got < 0 || ns_initparse(answer->byte, (int)got, &answer->message) != 0)
		surprise("the answer");
	for (int i = 0; ns_parserr(&answer->message, ns_s_an, i, &answer->record) == 0;
		i++)
		if ((int)ns_rr_type(answer->record) == type)
			return;
	surprise("an answer without the record");
}

/* The address of the first target of the service. */
static int
find(const char *resolver, const char *domain, char *address)
{
	static struct answer answer;
	char name[NS_MAXDNAME], target[NS_MAXDNAME];
	int port;

	snprintf(name, sizeof name, "_xmpp-server._tcp.%s", domain);
	ask(resolver, name, ns_t_srv, &answer);
	if (ns_rr_rdlen(answer.record) <= SRV_TARGET ||
		dn_expand(ns_msg_base(answer.message), ns_msg_end(answer.message),
			ns_rr_rdata(answer.record) + SRV_TARGET, target,
			sizeof target) < 0)
		surprise("the SRV record");
	port = (int)ns_get16(ns_rr_rdata(answer.record) + SRV_PORT);
	ask(resolver, target, ns_t_a, &answer);
	if (ns_rr_rdlen(answer.record) != sizeof(struct in_addr))
		surprise("the address");
	inet_ntop(AF_INET, ns_rr_rdata(answer.record), address, INET_ADDRSTRLEN);
	return port;
}

/* Sends, and reads until the words come. */
static void
say(int fd, const char *words, const char *awaited)
{
	char heard[8192];
	size_t length = 0;
	ssize_t got = send(fd, words, strlen(words), 0);

	while (got > 0) {
		got = recv(fd, heard + length, sizeof heard - 1 - length, 0);
		length += got > 0 ? (size_t)got : 0;
		heard[length] = '\0';
		if (strstr(heard, awaited) != NULL)
			return;
	}
	surprise("what the partner says");
}

static void
greet(int fd, const char *domain)
{
	char header[1024];

	snprintf(header, sizeof header,
		"<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
		"xmlns:stream='http://etherx.jabber.org/streams' "
		"from='floor.invalid' to='%s' version='1.0'>",
		domain);
	say(fd, header, "</stream:features>");
	say(fd, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<proceed");
}

static void
shake_hands(int fd, const char *domain)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *ssl = context != NULL ? SSL_new(context) : NULL;

	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1 ||
		SSL_set_tlsext_host_name(ssl, domain) != 1 || SSL_connect(ssl) != 1)
		surprise("the handshake");
	SSL_shutdown(ssl);
	SSL_free(ssl);
	SSL_CTX_free(context);
}

int
main(int argc, char **argv)
{
	char address[INET_ADDRSTRLEN];
	int port, fd;

	if (argc != 3)
		surprise("its arguments");
	port = find(argv[1], argv[2], address);
	fd = dial(address, port, SOCK_STREAM);
	greet(fd, argv[2]);
	shake_hands(fd, argv[2]);
	close(fd);
	return 0;
}
