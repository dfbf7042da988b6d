/* The sizes of the tiles in which matrices are summed. */
#ifndef TUTTI_REDUCE_ROWS_COLS_H
#define TUTTI_REDUCE_ROWS_COLS_H

#include <stdint.h>

enum {
  TUTTI_TILE_LOG_ROWS = 8,
  TUTTI_TILE_ROWS = 1 << TUTTI_TILE_LOG_ROWS,
  TUTTI_TILE_COLS = 64, /* 512 bytes of each row; a tile has 128 KiB */
  TUTTI_STRIP_COLS = 128,
  TUTTI_STRIP_LOG_ROWS = 11,
  TUTTI_STRIP_ROWS = 1 << TUTTI_STRIP_LOG_ROWS,
  TUTTI_SHORT_ROW = 4096
};

/* The running sums of neighbouring columns, two slices each (reduce/slices.h), for TUTTI_STRIP_ROWS terms
 * |x| < 2^e, where each column has an e of its own. The first slice counts units of 2^(e - 1): */
typedef struct {
  double high[TUTTI_STRIP_COLS], low[TUTTI_STRIP_COLS];
  double scale[TUTTI_STRIP_COLS], back[TUTTI_STRIP_COLS]; /* 2^(1 - e), -2^(e - 1) */
  uint64_t failed[TUTTI_STRIP_COLS]; /* not 0: a term was too large, or has bits below the slices */
} tutti_strip;

#endif
