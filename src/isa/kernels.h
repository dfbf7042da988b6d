/* Kernels: the only code that is compiled once for each ISA level.
 *
 * - A kernel is written once, against isa/vec.h, in a file <family>/<x>_kernel.c. Meson compiles the file
 *   for each level, with TUTTI_LEVEL set to the level's name. TUTTI_KERNEL(name) makes a symbol of its own
 *   for each level.
 * - Kernels do not allocate, do not fail, and know nothing of threads.
 * - <family>/kernels.h lists the kernels of a family. isa/table.c makes a table of a level from the lists
 *   of all families. A context points to the table of its level: ctx->kernels->reduce->sum(...).
 * - The table has pointers to the families' tables: so a change in the list of one family only concerns
 *   files that use that family. */
#ifndef TUTTI_ISA_KERNELS_H
#define TUTTI_ISA_KERNELS_H

#define TUTTI_KERNEL_FAMILIES(X)                                                                             \
  X(math) X(random) X(reduce) X(montecarlo) X(problems) X(ode) X(weather) X(grid)

typedef struct tutti_kernels {
#define TUTTI_KERNEL_POINTER(family) const struct tutti_##family##_kernels *family;
  TUTTI_KERNEL_FAMILIES(TUTTI_KERNEL_POINTER)
#undef TUTTI_KERNEL_POINTER
} tutti_kernels;

#define TUTTI_CAT_(a, b, c) a##b##_##c
#define TUTTI_CAT(a, b, c)  TUTTI_CAT_(a, b, c)
#define TUTTI_KERNEL(name)  TUTTI_CAT(tutti_, name, TUTTI_LEVEL)

/* From a list X(result type, name, parameters): defines the type of the family's table, and declares the
 * kernels of the level for which this file is compiled. */
#define TUTTI_KERNEL_MEMBER(type, name, parameters)  type(*name) parameters;
#define TUTTI_KERNEL_DECLARE(type, name, parameters) type TUTTI_KERNEL(name) parameters;
#define TUTTI_KERNEL_FAMILY(family, LIST)                                                                    \
  typedef struct tutti_##family##_kernels {                                                                  \
    LIST(TUTTI_KERNEL_MEMBER)                                                                                \
  } tutti_##family##_kernels;                                                                                \
  LIST(TUTTI_KERNEL_DECLARE)

#endif
