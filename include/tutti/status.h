/* Statuses: what every function that can fail returns. */
#ifndef TUTTI_STATUS_H
#define TUTTI_STATUS_H

#ifdef __cplusplus
#define TUTTI_BEGIN_DECLS extern "C" {
#define TUTTI_END_DECLS   }
#else
#define TUTTI_BEGIN_DECLS
#define TUTTI_END_DECLS
#endif
#if defined(__GNUC__)
#define TUTTI_API __attribute__((visibility("default")))
#else
#define TUTTI_API
#endif

/* Defines the type `name` of an enumeration name_. In C it is the enumeration. In C++ it is an int of the
 * same size and values: C++ does not let 0 initialise an enumeration, and {0} must start a struct whose
 * first field is one, as it does in C. */
#ifdef __cplusplus
#define TUTTI_ENUM(name) typedef int name
#else
#define TUTTI_ENUM(name) typedef enum name##_ name
#endif

TUTTI_BEGIN_DECLS

/* All statuses: X(name, value, text). The values are part of the binary interface: append only. */
#define TUTTI_STATUS_LIST(X)                                                                                 \
  X(TUTTI_OK, 0, "success")                                                                                  \
  X(TUTTI_EINVAL, 1, "invalid argument")                                                                     \
  X(TUTTI_ENOMEM, 2, "not enough memory")                                                                    \
  X(TUTTI_EUNSUPPORTED, 3, "not supported by this backend, machine or build")                                \
  X(TUTTI_EUSER, 4, "a function of the caller reported an error")                                            \
  X(TUTTI_ECANCELED, 5, "canceled by the progress function")                                                 \
  X(TUTTI_EWORKER, 6, "a worker process died")                                                               \
  X(TUTTI_ESYSTEM, 7, "the operating system refused a resource")                                             \
  X(TUTTI_EBUSY, 8, "the context is in use by another thread")                                               \
  X(TUTTI_EOVERFLOW, 9, "the result does not fit its type")

/* What a function that can fail returns; TUTTI_OK is 0. */
typedef enum {
#define TUTTI_STATUS_ENUM(name, value, text) name = value,
  TUTTI_STATUS_LIST(TUTTI_STATUS_ENUM)
#undef TUTTI_STATUS_ENUM
} tutti_status;

/* A short text in English for a status; "unknown status" for a value that is none. Never NULL.
 * Thread-safe. What exactly was wrong in the last call says tutti_error_detail(). */
TUTTI_API const char *tutti_strerror(tutti_status status);

TUTTI_END_DECLS

#endif
