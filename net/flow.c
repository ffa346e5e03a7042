/* What became of an attempt on a connection, in the words of the machine that makes it. No
 * sockets here. */
#include "net/conn.h"

bool
flow_waits(enum flow flow)
{
	return flow == FLOW_READ || flow == FLOW_WRITE;
}

enum step
flow_step(enum flow flow)
{
	return flow == FLOW_READ    ? STEP_READ
	       : flow == FLOW_WRITE ? STEP_WRITE
				    : STEP_DONE;
}
