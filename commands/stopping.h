/* The signals that ask us to come to an end, and to write what is known. */
#pragma once

#include "base/loop.h"

struct stopping;

/* SIGINT, SIGTERM, and SIGHUP unless whoever started us has it ignored (nohup). `stop` comes
 * from the loop, for each that arrives. */
struct stopping *stopping_open(struct loop *loop, void (*stop)(void *self), void *self);
void stopping_close(struct stopping **stopping);
