/* Asks beforehand whether memory can be had, for others that end the process or hang where it is refused
 * (OpenMP, OpenBLAS). */
#ifndef TUTTI_HEADROOM_H
#define TUTTI_HEADROOM_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `bytes` more bytes of private memory can be mapped now. Takes none. */
bool tutti_has_room(size_t bytes);

/* Writes to text which limit is in the way where they cannot be mapped. */
void tutti_name_limit(size_t bytes, char *text, size_t size);

#endif
