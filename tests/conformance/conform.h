/* The questions to an entry. */
#ifndef TUTTI_TESTS_CONFORMANCE_CONFORM_H
#define TUTTI_TESTS_CONFORMANCE_CONFORM_H

#include "entry.h"

/* Where a kernel is: the family's pointer in a table of all, and the kernel's in the family's table. */
typedef struct {
  size_t family, size, row;
} slot;

/* Asks all of them, in the order of the files: is the kernel reached, are the bits the same everywhere, what
 * comes of calls that fail. */
void conform(const entry *e, slot s);

/* -- its parts -- */

void check_reached(const entry *e, slot s);
/* reference: a context whose answers are what others are compared with */
void check_failures(const entry *e, tutti_ctx *reference);

#endif
