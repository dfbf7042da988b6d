/* The OpenMP runtime: which one it is, whether it can start, and how many threads a team can have. */
#ifndef TUTTI_PLATFORM_OPENMP_H
#define TUTTI_PLATFORM_OPENMP_H

#include <stdbool.h>

/* Whether it is LLVM's runtime, which starts afresh in a forked child, and not libgomp, whose team is lost
 * there. */
bool tutti_openmp_is_llvm(void);

/* LLVM's runtime starts at its first call, anew in a child while it is forked, and ends the process where no
 * descriptor is left for it. An error's number where there is none, else 0; the second then starts it. */
int tutti_openmp_may_start(void);
int tutti_openmp_start(void);

/* Threads of the region of the host's from which the library is called; 1: it is not called from one. */
int tutti_host_team(void);

/* Whether the calling thread's team was lost in a fork: it must not open a region. */
bool tutti_openmp_team_is_lost(void);

/* The threads that the calling thread's next region can have, at most `workers`: OpenMP ends the process
 * where the stack of one does not fit. To be asked before each region. */
int tutti_openmp_team(int workers);

#endif
