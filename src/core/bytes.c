/* The checksum of many bytes, eight at a time by tables (Kounavis and Berry, 2005). */
#include "core/bytes.h"

#include <pthread.h>

enum { STEP = 8 };

/* table[k][byte]: what a byte that k more bytes follow contributes. */
static uint32_t table[STEP][256];

static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    table[0][byte] = crc;
  }
  for (int k = 1; k < STEP; k++)
    for (int byte = 0; byte < 256; byte++)
      table[k][byte] = table[k - 1][byte] >> 8 ^ table[0][table[k - 1][byte] & 255];
}

uint32_t tutti_crc32(uint32_t before, const void *bytes, size_t size) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, fill_table);
  const unsigned char *at = bytes;
  uint32_t crc = ~before;
  for (; size >= STEP; size -= STEP, at += STEP) {
    const uint64_t next = bytes_get(at, STEP) ^ crc;
    crc = 0;
    for (int k = 0; k < STEP; k++) crc ^= table[STEP - 1 - k][next >> 8 * k & 255];
  }
  for (; size > 0; size--, at++) crc = crc >> 8 ^ table[0][(crc ^ *at) & 255];
  return ~crc;
}
