/* One level's table of kernels. */
#include "isa/kernels.h"

extern const tutti_kernels TUTTI_KERNEL(table);
const tutti_kernels TUTTI_KERNEL(table) = {
#define TUTTI_KERNEL_ENTRY(type, name, args) .name = TUTTI_KERNEL(name),
    TUTTI_KERNEL_LIST(TUTTI_KERNEL_ENTRY)
#undef TUTTI_KERNEL_ENTRY
};
