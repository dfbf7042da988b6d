/* Whether memory that cannot be given back when it is refused would be granted. */
#ifndef TUTTI_HEADROOM_H
#define TUTTI_HEADROOM_H

#include <stdbool.h>
#include <stddef.h>

/* Whether so many bytes more of private memory can be mapped now, without taking any. */
bool tutti_has_room(size_t bytes);

/* Which limit it is where they cannot. */
void tutti_name_limit(size_t bytes, char *text, size_t size);

#endif
