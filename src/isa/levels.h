/* The levels of instruction sets, and which of them this machine has. */
#ifndef TUTTI_ISA_LEVELS_H
#define TUTTI_ISA_LEVELS_H

#include <tutti/context.h>

struct tutti_kernels;

/* The kernels of a level; NULL when this machine or build lacks it. BEST: the best there is. */
const struct tutti_kernels *tutti_kernels_of(tutti_isa isa);
/* The level for which BEST stands on this machine. */
tutti_isa tutti_isa_best(void);

#endif
