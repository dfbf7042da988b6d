/* Thread-local variables that every call of the library reads: this model reads them without calling a
 * function. Libraries that are loaded later (dlopen) share a small block for such variables, 1.6 KB in all
 * with glibc. Hence there are 40 bytes of them, only words, and no other thread-local data, which would be
 * put beside them. */
#ifndef TUTTI_CORE_TLS_H
#define TUTTI_CORE_TLS_H

#define TUTTI_QUICK_TLS __attribute__((tls_model("initial-exec")))

#endif
