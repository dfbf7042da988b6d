/* Small files of /proc and /sys below a root: "" is this machine, a folder the record of another. Whatever is
 * missing, or is not what it should be, is not known: these return false and leave their results alone. */
#ifndef BENCH_PROC_FILES_H
#define BENCH_PROC_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

FILE *file_open(const char *root, const char *path); /* or NULL */
bool file_exists(const char *root, const char *path);

/* The first line without the blanks around it; it may be empty, the file may not. Only printable ASCII. */
bool file_line(const char *root, char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A file that is one whole number. */
bool file_count(const char *root, uint64_t *value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The number of the line "key number", "key: number" or "key: number kB" (then in bytes). */
bool file_key(const char *root, const char *path, const char *key, uint64_t *value);

/* The text of the first line "key : value". */
bool file_field(const char *root, const char *path, const char *key, char *text, size_t size);

/* Cuts a line to its printable ASCII without blanks around it; false: it has other characters. */
bool line_clean(char *line);

/* A set of CPUs, as the kernel writes it: "0-3,8". */
enum { CPUS_MAX = 8192 };
struct cpus {
  bool has[CPUS_MAX];
  int count;
};
void cpus_add(struct cpus *cpus, int cpu);
bool cpus_parse(const char *text, struct cpus *cpus);
void cpus_text(const struct cpus *cpus, char *text, size_t size); /* ends in ",..." where size is too small */
bool file_cpus(const char *root, struct cpus *cpus, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
