#include "grid/checkpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes.h"
#include "engine/agreement.h"
#include "engine/collectives.h"
#include "memory/blocks.h"
#include "platform/file.h"

enum {
  WORD = 8,
  FIXED = 7 /* words before the values */,
  VERSION = 1,
  BLOCK = 1 << 22 /* bytes at a time */
};
static const unsigned char magic[WORD] = {0x89, 't', 'u', 't', 't', 'i', '-', 'g'};
static const char *const names[] = {"nothing", "a stencil", "shallow water", "an atmosphere"};
enum { KINDS = sizeof names / sizeof *names, MOST_HEAD = (FIXED + GRID_MOST_VALUES + 1) * WORD };

static size_t head_size(const tutti_grid_head *h) { return (FIXED + h->values + 1) * WORD; }

static size_t file_size(const tutti_grid_head *h) {
  const size_t field = tutti_bytes_of(tutti_bytes_of(h->rows, h->cols), sizeof(double));
  return tutti_bytes_and(tutti_bytes_of(field, h->fields), head_size(h) + WORD);
}

static bool has_files(const tutti_ctx *ctx) { return tutti_in_worker || tutti_rank(ctx) == 0; }

/* -- rows, some at a time -- */

static size_t rows_at_once(const tutti_grid_head *h) {
  const size_t rows = BLOCK / sizeof(double) / (h->cols ? h->cols : 1);
  return rows ? rows : 1;
}

/* Numbers as the file has them, and back. */
static void swap_bytes(double *numbers, size_t n) {
  for (size_t i = 0; i < n && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__; i++)
    numbers[i] = bytes_double(__builtin_bswap64(bytes_bits(numbers[i])));
}

static size_t within(size_t row, size_t begin, size_t end) {
  return row < begin ? begin : row > end ? end : row;
}

/* Copies rows [begin, end) of the grid that are this rank's between a field and `rows`. */
static void copy_rows(const tutti_domain *d, double *field, size_t begin, size_t end, double *rows,
                      bool out) {
  const size_t bytes = d->cols * sizeof *rows;
  for (size_t i = within(d->first, begin, end); i < within(d->first + d->count, begin, end); i++) {
    double *in_field = field + tutti_domain_at(d, (ptrdiff_t)(i - d->first)),
           *here = rows + (i - begin) * d->cols;
    memcpy(out ? here : in_field, out ? in_field : here, bytes);
  }
}

/* Every rank gets the rows [begin, end) of all. start: room for ranks + 1. */
static tutti_status gather_rows(tutti_ctx *ctx, const tutti_domain *d, size_t begin, size_t end, double *rows,
                                size_t *start) {
  const size_t ranks = (size_t)tutti_ranks(ctx);
  if (tutti_in_worker || ranks == 1) return TUTTI_OK;
  for (size_t r = 0; r <= ranks; r++)
    start[r] = (within(tutti_domain_first(d, r), begin, end) - begin) * d->cols * sizeof *rows;
  const int error = ctx->transport.gather(ctx->transport.user, rows, start);
  return error ? tutti_no_transport(ctx, "gathering", error) : TUTTI_OK;
}

/* -- writing -- */

static size_t encode(const tutti_grid_head *h, unsigned char *bytes) {
  const uint64_t words[FIXED] = {0, VERSION, h->kind, h->rows, h->cols, h->fields, h->values};
  for (size_t i = 0; i < FIXED; i++) bytes_put(bytes + i * WORD, words[i], WORD);
  memcpy(bytes, magic, WORD);
  for (size_t i = 0; i < h->values; i++) bytes_put(bytes + (FIXED + i) * WORD, h->value[i], WORD);
  const size_t end = (FIXED + h->values) * WORD;
  bytes_put(bytes + end, tutti_crc32(0, bytes, end), WORD);
  return end + WORD;
}

typedef struct {
  tutti_file_new file;
  uint32_t crc;
  int error;
} writer;

static void put(writer *w, const void *bytes, size_t size) {
  w->crc = tutti_crc32(w->crc, bytes, size);
  if (!w->error) w->error = tutti_file_put(&w->file, bytes, size);
}

/* Ranks go through all rows together, whether or not rank 0 can write them. */
static tutti_status put_field(tutti_ctx *ctx, const tutti_grid_head *h, const tutti_domain *d, double *field,
                              double *rows, size_t *start, writer *w) {
  for (size_t begin = 0, end; begin < h->rows; begin = end) {
    const size_t some = rows_at_once(h), n = h->rows - begin < some ? h->rows - begin : some;
    end = begin + n;
    copy_rows(d, field, begin, end, rows, true);
    const tutti_status status = gather_rows(ctx, d, begin, end, rows, start);
    if (status) return status;
    swap_bytes(rows, n * h->cols);
    if (has_files(ctx)) put(w, rows, n * h->cols * sizeof *rows);
  }
  return TUTTI_OK;
}

static tutti_status write_file(tutti_ctx *ctx, const char *path, const tutti_grid_head *h,
                               const tutti_domain *d, double *const *fields, double *rows, size_t *start) {
  unsigned char head[MOST_HEAD], tail[WORD];
  writer w = {{-1, NULL, NULL}, 0, 0};
  tutti_status status = TUTTI_OK;
  if (has_files(ctx)) w.error = tutti_file_begin(&w.file, path);
  if (has_files(ctx)) put(&w, head, encode(h, head));
  for (size_t f = 0; f < h->fields && !status; f++) status = put_field(ctx, h, d, fields[f], rows, start, &w);
  bytes_put(tail, w.crc, WORD);
  if (has_files(ctx)) {
    put(&w, tail, WORD);
    w.error = tutti_file_end(&w.file, status && !w.error ? ECANCELED : w.error);
  }
  if (!status) status = tutti_ranks_share(ctx, &w.error, sizeof w.error);
  if (status || !w.error) return status;
  return tutti_fail(ctx, TUTTI_ESYSTEM, "cannot write the checkpoint %s: %s", path,
                    tutti_file_error(w.error));
}

/* -- reading -- */

static tutti_status refuse(tutti_ctx *ctx, const char *path, const char *what, uint64_t found,
                           uint64_t expected) {
  return tutti_fail(ctx, TUTTI_EINVAL, "checkpoint %s: %s %llu, not %llu", path, what,
                    (unsigned long long)found, (unsigned long long)expected);
}

static tutti_status decode(tutti_ctx *ctx, const char *path, const unsigned char *bytes, size_t size,
                           uint64_t whole, tutti_grid_head *h) {
  uint64_t word[FIXED];
  if (size < FIXED * WORD || memcmp(bytes, magic, WORD) != 0)
    return tutti_fail(ctx, TUTTI_EINVAL, "checkpoint %s: %llu bytes that are no checkpoint of a grid", path,
                      (unsigned long long)whole);
  for (size_t i = 0; i < FIXED; i++) word[i] = bytes_get(bytes + i * WORD, WORD);
  if (word[1] != VERSION) return refuse(ctx, path, "its version is", word[1], VERSION);
  if (word[2] != h->kind)
    return tutti_fail(ctx, TUTTI_EINVAL, "checkpoint %s: it is one of %s, not of %s", path,
                      word[2] < KINDS ? names[word[2]] : "another program", names[h->kind]);
  if (word[5] != h->fields) return refuse(ctx, path, "its number of fields is", word[5], h->fields);
  if (word[6] != h->values) return refuse(ctx, path, "its number of values is", word[6], h->values);
  const size_t end = (FIXED + h->values) * WORD;
  if (size < end + WORD) return refuse(ctx, path, "cut off: its bytes are", whole, end + WORD);
  if (bytes_get(bytes + end, WORD) != tutti_crc32(0, bytes, end))
    return refuse(ctx, path, "damaged: the checksum of its head is", bytes_get(bytes + end, WORD),
                  tutti_crc32(0, bytes, end));
  h->rows = word[3];
  h->cols = word[4];
  for (size_t i = 0; i < h->values; i++) h->value[i] = bytes_get(bytes + (FIXED + i) * WORD, WORD);
  return file_size(h) == whole ? TUTTI_OK : refuse(ctx, path, "cut off: its bytes are", whole, file_size(h));
}

typedef struct {
  unsigned char head[MOST_HEAD];
  size_t size;    /* bytes that were read of the head */
  uint64_t whole; /* bytes of the file */
  int error;
} found_head;

tutti_status tutti_grid_load_head(tutti_ctx *ctx, const char *path, tutti_grid_head *head) {
  found_head found = {.size = 0};
  int file = -1;
  if (has_files(ctx)) {
    found.error = tutti_file_open(path, &file, &found.whole);
    if (!found.error) found.error = tutti_file_get(file, found.head, head_size(head), &found.size);
    if (file >= 0) close(file);
  }
  const tutti_status status = tutti_ranks_share(ctx, &found, sizeof found);
  if (status) return status;
  if (found.error)
    return tutti_fail(ctx, TUTTI_ESYSTEM, "cannot read the checkpoint %s: %s", path,
                      tutti_file_error(found.error));
  return decode(ctx, path, found.head, found.size, found.whole, head);
}

typedef struct {
  int file;
  uint32_t crc;
  int error;
} reader;

/* Reads `size` bytes; where the file has fewer the rest is 0, and the checksum will not be right. */
static void take(reader *r, void *bytes, size_t size) {
  size_t got = 0;
  if (!r->error) r->error = tutti_file_get(r->file, bytes, size, &got);
  memset((char *)bytes + got, 0, size - got);
  r->crc = tutti_crc32(r->crc, bytes, size);
}

static tutti_status take_field(tutti_ctx *ctx, const tutti_grid_head *h, const tutti_domain *d, double *field,
                               double *rows, reader *r) {
  for (size_t begin = 0, end; begin < h->rows; begin = end) {
    const size_t some = rows_at_once(h), n = h->rows - begin < some ? h->rows - begin : some;
    end = begin + n;
    if (has_files(ctx)) take(r, rows, n * h->cols * sizeof *rows);
    const tutti_status status = tutti_ranks_share(ctx, rows, n * h->cols * sizeof *rows);
    if (status) return status;
    swap_bytes(rows, n * h->cols);
    copy_rows(d, field, begin, end, rows, false);
  }
  return TUTTI_OK;
}

static tutti_status read_file(tutti_ctx *ctx, const char *path, const tutti_grid_head *h,
                              const tutti_domain *d, double *const *fields, double *rows) {
  unsigned char head[MOST_HEAD], expected[MOST_HEAD], tail[WORD];
  reader r = {-1, 0, 0};
  uint64_t whole;
  struct {
    uint64_t sum, stored;
    int error, other;
  } end = {0};
  tutti_status status = TUTTI_OK;
  if (has_files(ctx)) {
    r.error = tutti_file_open(path, &r.file, &whole);
    take(&r, head, encode(h, expected));
    end.other = !r.error && memcmp(head, expected, head_size(h)) != 0;
  }
  for (size_t f = 0; f < h->fields && !status; f++) status = take_field(ctx, h, d, fields[f], rows, &r);
  if (has_files(ctx)) {
    end.sum = r.crc;
    take(&r, tail, WORD);
    end.stored = bytes_get(tail, WORD);
    end.error = r.error;
    if (r.file >= 0) close(r.file);
  }
  if (!status) status = tutti_ranks_share(ctx, &end, sizeof end);
  if (status) return status;
  if (end.error)
    return tutti_fail(ctx, TUTTI_ESYSTEM, "cannot read the checkpoint %s: %s", path,
                      tutti_file_error(end.error));
  if (end.other) return tutti_fail(ctx, TUTTI_EINVAL, "checkpoint %s: it was replaced by another one", path);
  return end.sum == end.stored ? TUTTI_OK
                               : refuse(ctx, path, "damaged: its checksum is", end.stored, end.sum);
}

/* -- both -- */

/* Room for some rows, and for where ranks begin in them. */
static tutti_status open_rows(tutti_ctx *ctx, const tutti_grid_head *h, double **rows, size_t **start) {
  const size_t n = rows_at_once(h) < h->rows ? rows_at_once(h) : h->rows,
               bytes = tutti_bytes_of(tutti_bytes_of(n, h->cols), sizeof(double));
  *rows = tutti_memory_get(bytes ? bytes : 1, false);
  *start = malloc(((size_t)tutti_ranks(ctx) + 1) * sizeof **start);
  const bool fail = tutti_ranks_any(ctx, !*rows || !*start);
  return fail ? tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu rows of %zu numbers of a checkpoint", n,
                           h->cols)
              : TUTTI_OK;
}

tutti_status tutti_grid_save(tutti_ctx *ctx, const char *path, const tutti_grid_head *head,
                             const tutti_domain *d, double *const *fields) {
  double *rows;
  size_t *start;
  tutti_status status = open_rows(ctx, head, &rows, &start);
  if (!status) status = write_file(ctx, path, head, d, fields, rows, start);
  tutti_memory_release(rows);
  free(start);
  return status;
}

tutti_status tutti_grid_load(tutti_ctx *ctx, const char *path, const tutti_grid_head *head,
                             const tutti_domain *d, double *const *fields) {
  double *rows;
  size_t *start;
  tutti_status status = open_rows(ctx, head, &rows, &start);
  if (!status) status = read_file(ctx, path, head, d, fields, rows);
  tutti_memory_release(rows);
  free(start);
  return status;
}
