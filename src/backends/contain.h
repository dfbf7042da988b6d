/* Runs a function that must be left by returning, and acts where it is left in another way. Two places
 * need it: a worker process has nothing to return to beyond its work, and OpenMP allows no other way out
 * of a parallel region. */
#ifndef TUTTI_BACKENDS_CONTAIN_H
#define TUTTI_BACKENDS_CONTAIN_H

#include "engine/backend.h"

/* Runs f(args). Where an exception, longjmp or pthread_exit is about to leave it, stranded(args, how) is
 * called first, while the stack of f is still there. When stranded returns, the process ends: by abort,
 * or, for an exception, as its language ends a program in which nobody catches it. */
void tutti_contain(void (*f)(void *args), void (*stranded)(void *args, tutti_way how), void *args);

#endif
