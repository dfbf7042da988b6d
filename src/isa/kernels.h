/* Kernels: the only code that is compiled once per ISA level.
 *
 * A kernel is written once, against isa/vec.h, in a file <family>/<x>_kernel.c; meson compiles the file per
 * level with TUTTI_LEVEL set to the level's name, and TUTTI_KERNEL(name) makes the symbol unique. Kernels do
 * not allocate, do not fail, and know nothing of threads.
 *
 * <family>/kernels.h lists a family's kernels; isa/table.c makes a level's table of all families' lists; a
 * context points at the table it was opened with: ctx->kernels->reduce->sum(...). The families' tables are
 * pointers, so that a change in one family's list touches who uses that family. */
#ifndef TUTTI_ISA_KERNELS_H
#define TUTTI_ISA_KERNELS_H

#define TUTTI_KERNEL_FAMILIES(X) X(math) X(random) X(reduce) X(montecarlo) X(problems) X(ode) X(weather)

typedef struct tutti_kernels {
#define TUTTI_KERNEL_POINTER(family) const struct tutti_##family##_kernels *family;
  TUTTI_KERNEL_FAMILIES(TUTTI_KERNEL_POINTER)
#undef TUTTI_KERNEL_POINTER
} tutti_kernels;

#define TUTTI_CAT_(a, b, c) a##b##_##c
#define TUTTI_CAT(a, b, c)  TUTTI_CAT_(a, b, c)
#define TUTTI_KERNEL(name)  TUTTI_CAT(tutti_, name, TUTTI_LEVEL)

/* Of a list of X(result type, name, parameters): the type of the family's table, and the kernels of the level
 * this file is compiled for. */
#define TUTTI_KERNEL_MEMBER(type, name, parameters)  type(*name) parameters;
#define TUTTI_KERNEL_DECLARE(type, name, parameters) type TUTTI_KERNEL(name) parameters;
#define TUTTI_KERNEL_FAMILY(family, LIST)                                                                    \
  typedef struct tutti_##family##_kernels {                                                                  \
    LIST(TUTTI_KERNEL_MEMBER)                                                                                \
  } tutti_##family##_kernels;                                                                                \
  LIST(TUTTI_KERNEL_DECLARE)

#endif
