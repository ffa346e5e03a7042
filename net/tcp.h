/* A TCP connection in the making, on a plain descriptor. */
#pragma once

#include "model/fact.h"

#include <stdbool.h>

/* Begins to connect to an address in numbers; *fd does not block and has TCP_NODELAY,
 * or is -1. 0, or the errno of what the network is to blame for. */
int tcp_begin(const char *address, int port, int *fd);

/* 0 once connected, EINPROGRESS while it is not, else the errno of the failure. */
int tcp_state(int fd);

/* What kind of failure an errno is; tcp_begin() has it from our own kernel, tcp_state() also
 * from the network. */
enum connect_failure tcp_failure(int error, bool at_once);

/* Our end: "192.0.2.1:40000", "[2001:db8::1]:40000"; NULL when there is none. */
const char *tcp_local(int fd, struct arena *arena);
