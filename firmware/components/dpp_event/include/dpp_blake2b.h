/* BLAKE2b (RFC 7693), unkeyed, incremental, digests of 1 to 64 bytes. The formats use 32 bytes, token names 28. */
#ifndef DPP_BLAKE2B_H
#define DPP_BLAKE2B_H

#include <stddef.h>
#include <stdint.h>

#include "dpp_status.h"

#define DPP_HASH_BYTES 32

typedef struct {
  uint64_t state[8];
  uint64_t counter[2]; /* bytes hashed, low word first */
  uint8_t block[128];
  uint8_t used; /* bytes of the block that are filled */
  uint8_t digest_length;
} dpp_blake2b_t;

/** DPP_ERR_DIGEST_LENGTH when it is not 1 to 64. */
dpp_status_t dpp_blake2b_init(dpp_blake2b_t *hash, size_t digest_length);

/** `data` may be NULL when `length` is 0. */
void dpp_blake2b_update(dpp_blake2b_t *hash, const uint8_t *data, size_t length);

/** Writes as many bytes as `init` was told. The state is spent: only `init` may follow. */
void dpp_blake2b_final(dpp_blake2b_t *hash, uint8_t *digest);

#endif
