/* Numbers as little-endian bytes, a checksum and a hash of bytes. */
#ifndef TUTTI_BYTES_H
#define TUTTI_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline void bytes_put(unsigned char *at, uint64_t value, int size) {
  for (int i = 0; i < size; i++) at[i] = (unsigned char)(value >> 8 * i);
}

static inline uint64_t bytes_get(const unsigned char *at, int size) {
  uint64_t value = 0;
  for (int i = 0; i < size; i++) value |= (uint64_t)at[i] << 8 * i;
  return value;
}

/* The bits of a double, and back. */
static inline uint64_t bytes_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}
static inline double bytes_double(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* CRC-32 as IEEE 802.3 has it, of bytes that follow others: `before` is the CRC-32 of those, 0 if there are
 * none. */
uint32_t tutti_crc32(uint32_t before, const void *bytes, size_t size);

/* A hash, FNV-1a (Fowler, Noll and Vo, 1991), of bytes and what came before; begin with BYTES_HASH. */
#define BYTES_HASH UINT64_C(0xcbf29ce484222325)
static inline uint64_t bytes_hash(uint64_t hash, const void *bytes, size_t size) {
  const unsigned char *byte = bytes;
  for (size_t i = 0; i < size; i++) hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
  return hash;
}

#endif
