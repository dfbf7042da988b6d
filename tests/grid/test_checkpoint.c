/* The file of a grid: what is in it, byte by byte, by its documented format; and what is refused. */
#include "grid/checkpoint.h"

#include <math.h>
#include <sys/resource.h>

#include "../support/directory.h"
#include "../support/ranks_of_threads.h"
#include "restart.h"

enum { ROWS = 5, COLS = 3, FIELDS = 2, VALUES = 2, HEAD = 8 * (7 + VALUES + 1) };
enum { SIZE = HEAD + 8 * FIELDS * ROWS * COLS + 8 };

static double number(size_t field, size_t row, size_t col) {
  return field == 1 && row == 2 && col == 1 ? NAN : ldexp(1.0 + (double)(7 * row + col), -3 * (int)field) - 2;
}

typedef struct {
  tutti_domain d;
  double *field[FIELDS];
} grid;

static grid grid_of(const tutti_ctx *ctx, bool fill) {
  grid g = {.d = tutti_domain_of(ctx, ROWS, COLS, 1, 2, true)};
  for (size_t f = 0; f < FIELDS; f++) {
    g.field[f] = aligned_alloc(64, tutti_domain_numbers(&g.d) * sizeof(double));
    memset(g.field[f], 0xab, tutti_domain_numbers(&g.d) * sizeof(double));
    for (size_t i = 0; i < g.d.count && fill; i++)
      for (size_t j = 0; j < COLS; j++)
        g.field[f][tutti_domain_at(&g.d, (ptrdiff_t)i) + j] = number(f, g.d.first + i, j);
  }
  return g;
}

static void grid_free(grid *g) {
  for (size_t f = 0; f < FIELDS; f++) free(g->field[f]);
}

static bool holds_all(const grid *g) {
  for (size_t f = 0; f < FIELDS; f++)
    for (size_t i = 0; i < g->d.count; i++)
      for (size_t j = 0; j < COLS; j++) {
        const double x = number(f, g->d.first + i, j);
        if (memcmp(&g->field[f][tutti_domain_at(&g->d, (ptrdiff_t)i) + j], &x, sizeof x) != 0) return false;
      }
  return true;
}

static tutti_grid_head head_of(tutti_grid_kind kind) {
  return (tutti_grid_head){.kind = kind,
                           .rows = ROWS,
                           .cols = COLS,
                           .fields = FIELDS,
                           .values = VALUES,
                           .value = {42, UINT64_MAX}};
}

static tutti_status save(tutti_ctx *ctx) {
  grid g = grid_of(ctx, true);
  const tutti_grid_head head = head_of(GRID_SHALLOW_WATER);
  const tutti_status status = tutti_grid_save(ctx, path, &head, &g.d, g.field);
  grid_free(&g);
  return status;
}

/* Reads it all; `right`: whether everything is as it was. */
static tutti_status load(tutti_ctx *ctx, bool *right) {
  tutti_grid_head head = {.kind = GRID_SHALLOW_WATER, .fields = FIELDS, .values = VALUES};
  tutti_status status = tutti_grid_load_head(ctx, path, &head);
  if (status) return status;
  grid g = grid_of(ctx, false);
  *right = head.rows == ROWS && head.cols == COLS && head.value[0] == 42 && head.value[1] == UINT64_MAX;
  status = tutti_grid_load(ctx, path, &head, &g.d, g.field);
  *right = *right && !status && holds_all(&g);
  grid_free(&g);
  return status;
}

static void read_file(unsigned char *bytes) {
  FILE *file = fopen(path, "rb");
  cr_assert(file && fread(bytes, 1, SIZE + 1, file) == SIZE, "not %d bytes", SIZE);
  fclose(file);
}
static void write_file(const unsigned char *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  cr_assert(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

/* CRC-32, bit by bit. */
static uint64_t divide(const unsigned char *bytes, size_t size) {
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < size; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (uint32_t)~crc;
}

static void expect_word(const unsigned char *bytes, size_t at, uint64_t expected) {
  for (size_t i = 0; i < 8; i++)
    cr_assert(bytes[at + i] == (expected >> 8 * i & 255), "byte %zu: %02x", at + i, bytes[at + i]);
}

Test(grid_checkpoint, is_what_the_format_says, .init = enter, .fini = leave) {
  unsigned char bytes[SIZE + 1];
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  testing_expect(ctx, save(ctx), TUTTI_OK, "", "save");
  read_file(bytes);
  cr_assert(memcmp(bytes, "\x89tutti-g", 8) == 0);
  const uint64_t words[] = {1, GRID_SHALLOW_WATER, ROWS, COLS, FIELDS, VALUES, 42, UINT64_MAX};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) expect_word(bytes, 8 + 8 * i, words[i]);
  expect_word(bytes, HEAD - 8, divide(bytes, HEAD - 8));
  for (size_t f = 0; f < FIELDS; f++)
    for (size_t i = 0; i < ROWS; i++)
      for (size_t j = 0; j < COLS; j++) {
        const double x = number(f, i, j);
        uint64_t bits;
        memcpy(&bits, &x, sizeof bits);
        expect_word(bytes, HEAD + 8 * ((f * ROWS + i) * COLS + j), bits);
      }
  expect_word(bytes, SIZE - 8, divide(bytes, SIZE - 8));
  tutti_close(ctx);
}

static int play(tutti_ctx *ctx, int rank, int ranks) {
  bool right = false;
  (void)rank, (void)ranks;
  const tutti_status status = save(ctx);
  if (status) return 1;
  return load(ctx, &right) ? 2 : right ? 0 : 3;
}

/* Saved by one rank or by five, of five rows, the file is the same. */
Test(grid_checkpoint, is_the_same_from_any_number_of_ranks, .init = enter, .fini = leave) {
  unsigned char alone[SIZE + 1], bytes[SIZE + 1];
  with_ranks(1, 1, false, 0, play);
  read_file(alone);
  for (int ranks = 2; ranks <= MOST_RANKS; ranks++) {
    with_ranks(ranks, 2, false, 0, play);
    read_file(bytes);
    cr_assert(memcmp(bytes, alone, SIZE) == 0, "%d ranks", ranks);
  }
}

Test(grid_checkpoint, every_damaged_byte_is_noticed, .init = enter, .fini = leave) {
  unsigned char bytes[SIZE + 1];
  bool right;
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  testing_expect(ctx, save(ctx), TUTTI_OK, "", "save");
  read_file(bytes);
  for (size_t at = 0; at < SIZE; at++) {
    bytes[at] ^= 0x10;
    write_file(bytes, SIZE);
    const char *word = at < 8      ? "no checkpoint"
                       : at < 16   ? "version"
                       : at < 24   ? "it is one of"
                       : at < 40   ? "damaged: the checksum of its head"
                       : at < 48   ? "number of fields"
                       : at < 56   ? "number of values"
                       : at < HEAD ? "damaged: the checksum of its head"
                                   : "damaged: its checksum";
    testing_expect(ctx, load(ctx, &right), TUTTI_EINVAL, word, "a byte");
    bytes[at] ^= 0x10;
  }
  tutti_close(ctx);
}

Test(grid_checkpoint, a_file_cut_off_anywhere_is_refused, .init = enter, .fini = leave) {
  unsigned char bytes[SIZE + 1];
  bool right;
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  testing_expect(ctx, save(ctx), TUTTI_OK, "", "save");
  read_file(bytes);
  for (size_t size = 0; size < SIZE; size++) {
    write_file(bytes, size);
    testing_expect(ctx, load(ctx, &right), TUTTI_EINVAL, size < 56 ? "no checkpoint" : "cut off", "a piece");
  }
  bytes[SIZE] = 0;
  write_file(bytes, SIZE + 1);
  testing_expect(ctx, load(ctx, &right), TUTTI_EINVAL, "its bytes are", "one byte more");
  tutti_close(ctx);
}

Test(grid_checkpoint, files_that_cannot_be_there, .init = enter, .fini = leave) {
  bool right;
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  testing_expect(ctx, load(ctx, &right), TUTTI_ESYSTEM, "No such file", "none");
  snprintf(path, sizeof path, "%s/none/state", folder);
  testing_expect(ctx, save(ctx), TUTTI_ESYSTEM, "No such file", "no folder");
  snprintf(path, sizeof path, "%s", folder);
  testing_expect(ctx, save(ctx), TUTTI_ESYSTEM, "it is a folder", "a folder");
  testing_expect(ctx, load(ctx, &right), TUTTI_ESYSTEM, "it is a folder", "a folder");
  snprintf(path, sizeof path, "%s/state", folder);
  tutti_close(ctx);
}

/* A file that may not grow beyond half of its size, as on a full disk: the one there stays as it is. */
Test(grid_checkpoint, full_disk, .init = enter, .fini = leave) {
  unsigned char before[SIZE + 1], after[SIZE + 1];
  struct rlimit limit;
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  testing_expect(ctx, save(ctx), TUTTI_OK, "", "save");
  read_file(before);
  cr_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR && getrlimit(RLIMIT_FSIZE, &limit) == 0);
  const struct rlimit small = {SIZE / 2, limit.rlim_max};
  cr_assert(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const tutti_status status = save(ctx);
  cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  testing_expect(ctx, status, TUTTI_ESYSTEM, "cannot write the checkpoint", "full disk");
  read_file(after);
  cr_assert(memcmp(before, after, SIZE) == 0);
  cr_assert(count_entries(folder) == 3, "a piece of the new file is left");
  tutti_close(ctx);
}
