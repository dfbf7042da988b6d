/* How a failure is reported: a status, and a detail that names the value that was wrong. */
#ifndef TUTTI_CORE_ERROR_H
#define TUTTI_CORE_ERROR_H

#include <stddef.h>
#include <tutti/context.h>

enum { TUTTI_DETAIL_SIZE = 320 };

/* Stores the formatted detail in the context and returns status. The detail is the calling thread's
 * instead where ctx is NULL or the default context, or where the call is made from within a chunk. */
tutti_status tutti_fail(tutti_ctx *ctx, tutti_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Checks an array argument: TUTTI_EINVAL, with its name in the detail, where n > 0 and the pointer is
 * NULL, or where n items of item_size bytes are more than any memory holds. */
tutti_status tutti_check_array(tutti_ctx *ctx, const char *name, const void *array, size_t n,
                               size_t item_size);

#endif
