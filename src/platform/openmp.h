/* The OpenMP runtime: which one it is, whether it can start, and how many threads a team can have. */
#ifndef TUTTI_PLATFORM_OPENMP_H
#define TUTTI_PLATFORM_OPENMP_H

#include <stdbool.h>

/* Whether it is LLVM's runtime, which starts anew in a forked child. In libgomp, GNU's, a child has no
 * team: its first parallel region would hang. */
bool tutti_openmp_is_llvm(void);

/* LLVM's runtime starts at its first call, and anew in a forked child. It ends the process where it finds
 * no free file descriptor. may_start: 0 where there is one, else the number of an error; start: the same,
 * and then starts the runtime. */
int tutti_openmp_may_start(void);
int tutti_openmp_start(void);

/* The number of threads of the program's parallel region from which the library is called; 1: it is called
 * from none. */
int tutti_host_team(void);

/* Whether fork has left the calling thread without its team (libgomp): it must not open a parallel region. */
bool tutti_openmp_team_is_lost(void);

/* How many threads the calling thread's next parallel region can have, at most `workers`: OpenMP ends the
 * process where memory has no room for the stack of one. Call it before each region. */
int tutti_openmp_team(int workers);

#endif
