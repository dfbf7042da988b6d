/* The sizes of the tiles in which matrices are summed. */
#ifndef TUTTI_REDUCE_ROWS_COLS_H
#define TUTTI_REDUCE_ROWS_COLS_H

enum {
  TUTTI_TILE_LOG_ROWS = 8,
  TUTTI_TILE_ROWS = 1 << TUTTI_TILE_LOG_ROWS,
  TUTTI_TILE_COLS = 64, /* 512 bytes of each row; a tile has 128 KiB */
  TUTTI_SHORT_ROW = 4096
};

#endif
