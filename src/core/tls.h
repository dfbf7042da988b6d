/* Thread-local data that are read without a call, since every call of the library does so. They lie in a
 * block that libraries loaded later have to share (1.6 KB in all with glibc): nothing but words, 40 bytes of
 * them, and no other thread-local data, which would lie beside them. */
#ifndef TUTTI_CORE_TLS_H
#define TUTTI_CORE_TLS_H

#define TUTTI_QUICK_TLS __attribute__((tls_model("initial-exec")))

#endif
