/* RFC 7693, section by section. Rounds are a loop over the message schedule: small code matters more here than the last cycle. */
#include "dpp_blake2b.h"

#include <string.h>

#define BLOCK_BYTES 128
#define ROUNDS 12

/* §2.6: fractional parts of the square roots of the first eight primes. */
static const uint64_t IV[8] = {
    UINT64_C(0x6a09e667f3bcc908), UINT64_C(0xbb67ae8584caa73b), UINT64_C(0x3c6ef372fe94f82b),
    UINT64_C(0xa54ff53a5f1d36f1), UINT64_C(0x510e527fade682d1), UINT64_C(0x9b05688c2b3e6c1f),
    UINT64_C(0x1f83d9abfb41bd6b), UINT64_C(0x5be0cd19137e2179)};

/* §2.7: the message word schedule; rounds 10 and 11 use rows 0 and 1 again. */
static const uint8_t SIGMA[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

/* The words that each of a round's eight mixings takes (§3.2): four columns, then four diagonals. */
static const uint8_t LANES[8][4] = {{0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15},
                                    {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14}};

static uint64_t rotate_right(uint64_t word, unsigned bits) { return (word >> bits) | (word << (64U - bits)); }

/* §3.1 */
static void mix(uint64_t v[16], const uint8_t lane[4], uint64_t x, uint64_t y) {
  uint64_t a = v[lane[0]], b = v[lane[1]], c = v[lane[2]], d = v[lane[3]];
  a = a + b + x;
  d = rotate_right(d ^ a, 32);
  c = c + d;
  b = rotate_right(b ^ c, 24);
  a = a + b + y;
  d = rotate_right(d ^ a, 16);
  c = c + d;
  b = rotate_right(b ^ c, 63);
  v[lane[0]] = a;
  v[lane[1]] = b;
  v[lane[2]] = c;
  v[lane[3]] = d;
}

static uint64_t little_endian(const uint8_t bytes[8]) {
  uint64_t word = 0;
  for (unsigned i = 0; i < 8; i++) word |= (uint64_t)bytes[i] << (8U * i);
  return word;
}

/* §3.2; `last` is all ones for the last block, else zero. */
static void compress(dpp_blake2b_t *hash, uint64_t last) {
  uint64_t v[16], message[16];
  for (unsigned i = 0; i < 16; i++) message[i] = little_endian(hash->block + 8U * i);
  for (unsigned i = 0; i < 8; i++) {
    v[i] = hash->state[i];
    v[i + 8] = IV[i];
  }
  v[12] ^= hash->counter[0];
  v[13] ^= hash->counter[1];
  v[14] ^= last;
  for (unsigned round = 0; round < ROUNDS; round++) {
    const uint8_t *schedule = SIGMA[round % 10U];
    for (unsigned i = 0; i < 8; i++) mix(v, LANES[i], message[schedule[2U * i]], message[schedule[2U * i + 1U]]);
  }
  for (unsigned i = 0; i < 8; i++) hash->state[i] ^= v[i] ^ v[i + 8];
}

static void count(dpp_blake2b_t *hash, uint64_t bytes) {
  hash->counter[0] += bytes;
  if (hash->counter[0] < bytes) hash->counter[1]++;
}

dpp_status_t dpp_blake2b_init(dpp_blake2b_t *hash, size_t digest_length) {
  if (digest_length < 1 || digest_length > 64) return DPP_ERR_DIGEST_LENGTH;
  for (unsigned i = 0; i < 8; i++) hash->state[i] = IV[i];
  /* §2.5: fanout 1, depth 1, no key. */
  hash->state[0] ^= UINT64_C(0x01010000) ^ (uint64_t)digest_length;
  hash->counter[0] = 0;
  hash->counter[1] = 0;
  hash->used = 0;
  hash->digest_length = (uint8_t)digest_length;
  return DPP_OK;
}

void dpp_blake2b_update(dpp_blake2b_t *hash, const uint8_t *data, size_t length) {
  while (length > 0) {
    /* A full block waits until more follows: the last one is compressed with another flag. */
    if (hash->used == BLOCK_BYTES) {
      count(hash, BLOCK_BYTES);
      compress(hash, 0);
      hash->used = 0;
    }
    size_t room = (size_t)BLOCK_BYTES - hash->used;
    size_t taken = length < room ? length : room;
    memcpy(hash->block + hash->used, data, taken);
    hash->used = (uint8_t)(hash->used + taken);
    data += taken;
    length -= taken;
  }
}

void dpp_blake2b_final(dpp_blake2b_t *hash, uint8_t *digest) {
  count(hash, hash->used);
  for (unsigned i = hash->used; i < BLOCK_BYTES; i++) hash->block[i] = 0;
  compress(hash, ~UINT64_C(0));
  for (unsigned i = 0; i < hash->digest_length; i++)
    digest[i] = (uint8_t)(hash->state[i / 8U] >> (8U * (i % 8U)));
}
