/* The attributes of the elements of partners.xml, for reading and for writing. */
#pragma once

#include "model/record.h"

/* <partner> is a struct configured; the other three are a struct local. */
extern const struct record partner_element, local_element, certificate_element,
	listen_element;
