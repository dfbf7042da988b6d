/* What this process may use of the machine. */
#ifndef TUTTI_PLATFORM_CORES_H
#define TUTTI_PLATFORM_CORES_H

enum { TUTTI_MAX_WORKERS = 4096 };

/* The number of workers for which workers = 0 stands: the usable cores, but at most OMP_NUM_THREADS and
 * OMP_THREAD_LIMIT. */
int tutti_default_workers(void);

#endif
