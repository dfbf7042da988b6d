/* What this process may use of the machine. */
#ifndef TUTTI_PLATFORM_CORES_H
#define TUTTI_PLATFORM_CORES_H

enum { TUTTI_MAX_WORKERS = 4096 };

/* What workers = 0 stands for: the usable cores, and no more than OMP_NUM_THREADS and OMP_THREAD_LIMIT. */
int tutti_default_workers(void);

#endif
