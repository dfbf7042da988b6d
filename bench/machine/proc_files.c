/* Reads small files strictly: what is not as the kernel writes it is not known. */
#include "machine/proc_files.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/parse.h"

FILE *file_open(const char *root, const char *path) {
  char whole[PATH_MAX];
  const int length = snprintf(whole, sizeof whole, "%s%s", root, path);
  return length < (int)sizeof whole ? fopen(whole, "re") : NULL;
}

bool file_exists(const char *root, const char *path) {
  FILE *file = file_open(root, path);
  if (file) fclose(file);
  return file != NULL;
}

bool line_clean(char *line) {
  const size_t blank = strspn(line, " \t");
  memmove(line, line + blank, strlen(line + blank) + 1);
  size_t length = strcspn(line, "\n");
  while (length && strchr(" \t", line[length - 1])) length--;
  line[length] = '\0';
  for (size_t i = 0; i < length; i++) {
    if (line[i] == '\t') line[i] = ' ';
    if (line[i] < ' ' || line[i] > '~') return false;
  }
  return true;
}

static bool read_line(const char *root, const char *path, char *text, size_t size) {
  char line[4096];
  FILE *file = file_open(root, path);
  if (!file) return false;
  const size_t length = fread(line, 1, sizeof line - 1, file); /* fgets would not tell a line from its NULs */
  fclose(file);
  const char *newline = memchr(line, '\n', length);
  const size_t end = newline ? (size_t)(newline - line) : length;
  if (!length || (!newline && length == sizeof line - 1) || memchr(line, '\0', end)) return false;
  line[end] = '\0';
  if (!line_clean(line) || strlen(line) >= size) return false;
  memcpy(text, line, strlen(line) + 1);
  return true;
}

static bool make_path(char *path, size_t size, const char *format, va_list args) {
  return vsnprintf(path, size, format, args) < (int)size;
}

bool file_line(const char *root, char *text, size_t size, const char *format, ...) {
  char path[PATH_MAX];
  va_list args;
  va_start(args, format);
  const bool good = make_path(path, sizeof path, format, args);
  va_end(args);
  return good && read_line(root, path, text, size);
}

bool file_count(const char *root, uint64_t *value, const char *format, ...) {
  char path[PATH_MAX], line[64];
  va_list args;
  va_start(args, format);
  const bool good = make_path(path, sizeof path, format, args);
  va_end(args);
  return good && read_line(root, path, line, sizeof line) && parse_count(line, 0, UINT64_MAX, value);
}

/* What follows "key" and its colon or blanks, in the first line that begins so. */
static bool find_key(const char *root, const char *path, const char *key, bool colon, char *text,
                     size_t size) {
  char line[16384]; /* the flags of a CPU are one line */
  const size_t length = strlen(key);
  FILE *file = file_open(root, path);
  bool found = false;
  while (file && !found && fgets(line, sizeof line, file)) {
    if (strncmp(line, key, length) != 0) continue;
    char *rest = line + length + strspn(line + length, " \t");
    if (*rest == ':') rest++;
    else if (colon || rest == line + length) continue;
    if (!line_clean(rest) || strlen(rest) >= size) break;
    memcpy(text, rest, strlen(rest) + 1);
    found = true;
  }
  if (file) fclose(file);
  return found;
}

bool file_key(const char *root, const char *path, const char *key, uint64_t *value) {
  char text[64];
  if (!find_key(root, path, key, false, text, sizeof text)) return false;
  char *unit = strstr(text, " kB");
  const bool kib = unit && !unit[3];
  if (kib) *unit = '\0';
  uint64_t number;
  if (!parse_count(text, 0, kib ? UINT64_MAX / 1024 : UINT64_MAX, &number)) return false;
  *value = kib ? number * 1024 : number;
  return true;
}

bool file_field(const char *root, const char *path, const char *key, char *text, size_t size) {
  return find_key(root, path, key, true, text, size) && *text;
}

/* -- sets of CPUs -- */

void cpus_add(struct cpus *cpus, int cpu) {
  if (cpu < 0 || cpu >= CPUS_MAX || cpus->has[cpu]) return;
  cpus->has[cpu] = true;
  cpus->count++;
}

bool cpus_parse(const char *text, struct cpus *cpus) {
  struct cpus parsed = {0};
  char copy[4096], *rest = copy, *element;
  if (strlen(text) >= sizeof copy) return false;
  strcpy(copy, text);
  while (*copy && (element = parse_next(&rest))) {
    char *dash = strchr(element, '-');
    uint64_t first, last;
    if (dash) *dash++ = '\0';
    if (!parse_count(element, 0, CPUS_MAX - 1, &first) ||
        !parse_count(dash ? dash : element, first, CPUS_MAX - 1, &last))
      return false;
    for (uint64_t cpu = first; cpu <= last; cpu++) cpus_add(&parsed, (int)cpu);
  }
  *cpus = parsed;
  return true;
}

void cpus_text(const struct cpus *cpus, char *text, size_t size) {
  size_t used = 0;
  *text = '\0';
  for (int first = 0; first < CPUS_MAX; first++) {
    if (!cpus->has[first]) continue;
    int last = first;
    char range[32];
    while (last + 1 < CPUS_MAX && cpus->has[last + 1]) last++;
    int length = snprintf(range, sizeof range, "%s%d", used ? "," : "", first);
    if (last > first) length += snprintf(range + length, sizeof range - (size_t)length, "-%d", last);
    const bool fits = used + (size_t)length + sizeof ",..." <= size;
    used += (size_t)snprintf(text + used, size - used, "%s", fits ? range : ",...");
    if (!fits) return;
    first = last;
  }
}

bool file_cpus(const char *root, struct cpus *cpus, const char *format, ...) {
  char path[PATH_MAX], line[4096];
  va_list args;
  va_start(args, format);
  const bool good = make_path(path, sizeof path, format, args);
  va_end(args);
  return good && read_line(root, path, line, sizeof line) && cpus_parse(line, cpus);
}
