/* Integers as bytes. Internal. */
#ifndef DPP_BYTES_H
#define DPP_BYTES_H

#include <stdint.h>

static inline void dpp_u32be(uint32_t value, uint8_t out[4]) {
  for (unsigned i = 0; i < 4; i++) out[i] = (uint8_t)(value >> (24U - 8U * i));
}

static inline void dpp_u64be(uint64_t value, uint8_t out[8]) {
  dpp_u32be((uint32_t)(value >> 32), out);
  dpp_u32be((uint32_t)value, out + 4);
}

#endif
