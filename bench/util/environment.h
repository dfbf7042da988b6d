/* The environment variables that would falsify a measurement, and what is done about them. */
#ifndef BENCH_ENVIRONMENT_H
#define BENCH_ENVIRONMENT_H

#include <stdbool.h>
#include <tutti/tutti.h>

/* An OpenMP team that has finished spins for a while on all its cores, and so disturbs the variant that is
 * measured next. Unless the user has decided otherwise (OMP_WAIT_POLICY, GOMP_SPINCOUNT), sets
 * OMP_WAIT_POLICY=passive and starts the program anew, since the OpenMP runtime reads it when it is loaded.
 * To be called first. Returns true in a program that was so restarted. */
bool environment_passive_openmp(char **argv);

/* OMP_PROC_BIND and the like bind this program's first thread to one place, which a program that is started
 * from here would take for all there is. Gives the thread all processors of the process again. */
void environment_leave_place(void);

/* TUTTI_ISA overrides the level of every context, the scalar ones included. Takes it away, and returns its
 * level, or else the best one, as that of the vector variants. *from_user says which. On an error returns
 * TUTTI_ISA_BEST, having said on stderr why. */
tutti_isa environment_take_isa(bool *from_user);

#endif
