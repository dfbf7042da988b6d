/* A function that can be left by its return alone: worker processes have nothing of their own beyond it, and
 * OpenMP knows no other way out of a team. */
#ifndef TUTTI_BACKENDS_CONTAIN_H
#define TUTTI_BACKENDS_CONTAIN_H

#include "engine/backend.h"

/* Runs f(args). Where an exception, longjmp or pthread_exit is about to leave it, stranded(args, how) is
 * called while all that it did is still there. When that returns, the process ends: by abort, or, for an
 * exception, as its language ends a program with one that nobody catches. */
void tutti_contain(void (*f)(void *args), void (*stranded)(void *args, tutti_way how), void *args);

#endif
