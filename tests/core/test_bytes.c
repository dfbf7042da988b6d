/* The checksum of bytes against its published check value and against the polynomial division itself. */
#include "core/bytes.h"

#include "../support/testing.h"

/* CRC-32 bit by bit: the remainder of the message as a polynomial over GF(2), reflected. */
static uint32_t divide(const unsigned char *bytes, size_t size) {
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < size; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

/* The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms. */
Test(bytes, crc_has_its_published_check_value) {
  cr_assert(tutti_crc32(0, "123456789", 9) == 0xcbf43926);
  cr_assert(tutti_crc32(0, "", 0) == 0);
}

Test(bytes, crc_is_the_remainder_however_the_bytes_are_cut) {
  unsigned char bytes[100];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * i * 37 + i / 3);
  for (size_t size = 0; size <= sizeof bytes; size++) {
    const uint32_t expected = divide(bytes, size);
    for (size_t cut = 0; cut <= size; cut++) {
      const uint32_t crc = tutti_crc32(tutti_crc32(0, bytes, cut), bytes + cut, size - cut);
      cr_assert(crc == expected, "%zu bytes cut at %zu: %08x, not %08x", size, cut, (unsigned)crc,
                (unsigned)expected);
    }
  }
}
