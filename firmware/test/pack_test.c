/* Packs against the vectors of docs/spec/anchor.md: digests, roots, and whole packs built leaf by leaf. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "dpp_pack.h"
#include "pack_vectors.h"
#include "recorded_signer.h"
#include "tests.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static uint8_t tops[DPP_PACK_LEVELS][DPP_HASH_BYTES];

static dpp_pack_header_t header_of(const digest_vector_t *vector) {
  dpp_pack_header_t header = {0};
  (void)unhex(vector->config, header.config, sizeof header.config);
  header.source_length = (uint8_t)unhex(vector->source, header.source, sizeof header.source);
  header.tier = vector->tier;
  header.lo = vector->lo;
  header.hi = vector->hi;
  (void)unhex(vector->root, header.root, sizeof header.root);
  header.cmin = vector->cmin;
  header.cmax = vector->cmax;
  return header;
}

static void test_digest(const digest_vector_t *vector, const char *name) {
  uint8_t digest[DPP_HASH_BYTES];
  dpp_pack_header_t header = header_of(vector);
  check_status("pack digest is made", name, dpp_pack_digest(&header, digest), DPP_OK);
  check_bytes("pack digest", name, digest, sizeof digest, vector->digest);
}

static void test_digest_refuses(void) {
  uint8_t digest[DPP_HASH_BYTES];
#define REFUSED(name, change, expected)                                                       \
  do {                                                                                        \
    dpp_pack_header_t header = header_of(&DIGESTS[0]);                                        \
    change;                                                                                   \
    check_status("pack digest refuses", name, dpp_pack_digest(&header, digest), expected);    \
  } while (0)
  REFUSED("a source of 12 bytes", header.source_length = 12, DPP_ERR_SOURCE);
  REFUSED("a source of 29 bytes", header.source_length = 29, DPP_ERR_SOURCE);
  REFUSED("the tier 4", header.tier = 4, DPP_ERR_TIER);
  REFUSED("no events", header.hi = header.lo, DPP_ERR_COUNTER);
  REFUSED("an end before the start", header.hi = header.lo - 1U, DPP_ERR_COUNTER);
  REFUSED("the counter 2^53", (header.lo = DPP_INTEGER_END - 1U, header.hi = DPP_INTEGER_END), DPP_ERR_COUNTER);
  REFUSED("65,537 events", header.hi = header.lo + 65537U, DPP_ERR_COUNT);
  REFUSED("times the wrong way round", header.cmin = header.cmax + 1U, DPP_ERR_CAPTURED);
  REFUSED("the time 2^53", header.cmax = DPP_INTEGER_END, DPP_ERR_CAPTURED);
#undef REFUSED
}

static void test_largest_digest(void) {
  uint8_t digest[DPP_HASH_BYTES];
  dpp_pack_header_t header = header_of(&DIGESTS[0]);
  header.hi = header.lo + 65536U;
  check_status("pack digest", "of 65,536 events is made", dpp_pack_digest(&header, digest), DPP_OK);
}

/* Event hash i is that of the eight bytes of i. */
static void test_root(const root_vector_t *vector) {
  uint8_t number[8] = {0}, hash[DPP_HASH_BYTES], root[DPP_HASH_BYTES];
  char name[32];
  dpp_tree_t tree;
  bool added = dpp_tree_init(&tree, tops, DPP_PACK_LEVELS) == DPP_OK;
  for (unsigned i = 0; i < vector->count; i++) {
    number[6] = (uint8_t)(i >> 8);
    number[7] = (uint8_t)i;
    dpp_event_hash(number, sizeof number, hash);
    added = added && dpp_tree_add(&tree, hash) == DPP_OK;
  }
  (void)snprintf(name, sizeof name, "%u events", vector->count);
  check(added && dpp_tree_root(&tree, root) == DPP_OK, "pack root is made", name);
  check_bytes("pack root", name, root, sizeof root, vector->root);
}

/* What follows the events of `pack` with one field changed by the caller. */
static dpp_leaf_t next_leaf(const dpp_pack_t *pack, const dpp_leaf_t *last) {
  dpp_leaf_t leaf = *last;
  leaf.counter = pack->header.hi;
  leaf.previous_length = DPP_HASH_BYTES;
  memcpy(leaf.previous, pack->last, sizeof leaf.previous);
  return leaf;
}

static dpp_status_t add(dpp_pack_t *pack, const dpp_leaf_t *leaf) {
  uint8_t bytes[DPP_LEAF_MAX_BYTES];
  size_t length = 0;
  dpp_status_t status = dpp_leaf_encode(leaf, bytes, sizeof bytes, &length);
  return status == DPP_OK ? dpp_pack_add(pack, bytes, length) : status;
}

static void test_pack_refuses(dpp_pack_t *pack, const dpp_leaf_t *last) {
  static const uint8_t NOTHING[] = {0};
  dpp_leaf_t leaf;
#define REFUSED(name, change, expected)                              \
  do {                                                               \
    leaf = next_leaf(pack, last);                                    \
    change;                                                          \
    check_status("pack refuses", name, add(pack, &leaf), expected);  \
  } while (0)
  REFUSED("an event of another source", leaf.source[0] ^= 1, DPP_ERR_PACK_FOREIGN_LEAF);
  REFUSED("a source that is longer", leaf.source_length++, DPP_ERR_PACK_FOREIGN_LEAF);
  REFUSED("a counter left out", leaf.counter++, DPP_ERR_PACK_COUNTER);
  REFUSED("a counter again", leaf.counter--, DPP_ERR_PACK_COUNTER);
  REFUSED("another tier", leaf.tier = (uint8_t)((leaf.tier + 1U) % DPP_TIER_COUNT), DPP_ERR_PACK_TIER);
  REFUSED("another role", leaf.role = (uint8_t)((leaf.role + 1U) % DPP_ROLE_COUNT), DPP_ERR_PACK_ROLE);
  REFUSED("another previous hash", leaf.previous[31] ^= 1, DPP_ERR_PACK_CHAIN);
  REFUSED("no previous hash", leaf.previous_length = 0, DPP_ERR_PACK_CHAIN);
#undef REFUSED
  check_status("pack refuses", "what is no leaf", dpp_pack_add(pack, NOTHING, sizeof NOTHING), DPP_ERR_LIST);
}

static void test_pack(const pack_vector_t *vector) {
  static uint8_t bytes[DPP_LEAF_MAX_BYTES];
  uint8_t digest[DPP_HASH_BYTES], signature[DPP_SIGNATURE_BYTES];
  dpp_pack_header_t expected = header_of(&vector->header);
  dpp_pack_t pack;
  dpp_leaf_t last = {0};
  recorded_signature_t recorded = {vector->header.digest, vector->signature};
  dpp_signer_t signer = {&recorded, replay_signature, DPP_ALG_EDDSA};
  check_status("pack", "begins", dpp_pack_init(&pack, expected.config, tops, DPP_PACK_LEVELS), DPP_OK);
  check(pack.tree.max == 65536, "pack", "takes 65,536 events");
  check_status("pack", "of no events is not sealed", dpp_pack_seal(&pack, &signer, signature), DPP_ERR_COUNT);
  for (size_t i = 0; i < vector->count; i++) {
    size_t length = unhex(vector->leaves[i], bytes, sizeof bytes);
    check_status("pack takes a leaf", vector->name, dpp_pack_add(&pack, bytes, length), DPP_OK);
    (void)dpp_leaf_decode(bytes, length, &last);
  }
  /* Before it is sealed: a refusal must leave no trace in the root. */
  test_pack_refuses(&pack, &last);
  check_status("pack is sealed", vector->name, dpp_pack_seal(&pack, &signer, signature), DPP_OK);
  check_bytes("pack's signature", vector->name, signature, sizeof signature, vector->signature);
  check_bytes("pack's root", vector->name, pack.header.root, sizeof pack.header.root, vector->header.root);
  check(pack.header.lo == expected.lo && pack.header.hi == expected.hi, "pack's counters", vector->name);
  check(pack.header.cmin == expected.cmin && pack.header.cmax == expected.cmax, "pack's times", vector->name);
  check_status("pack's digest is made", vector->name, dpp_pack_digest(&pack.header, digest), DPP_OK);
  check_bytes("pack's digest", vector->name, digest, sizeof digest, vector->header.digest);
  signer.sign = refuse_to_sign;
  check_status("a signer's refusal is passed on", vector->name, dpp_pack_seal(&pack, &signer, signature),
               DPP_ERR_SIGNER);
}

static void test_full_pack(const pack_vector_t *vector) {
  uint8_t few[1][DPP_HASH_BYTES];
  dpp_pack_t pack;
  dpp_leaf_t leaf;
  uint8_t bytes[DPP_LEAF_MAX_BYTES];
  (void)dpp_leaf_decode(bytes, unhex(vector->leaves[0], bytes, sizeof bytes), &leaf);
  (void)dpp_pack_init(&pack, (const uint8_t[DPP_CONFIG_BYTES]){0}, few, 1);
  check_status("pack", "one level takes an event", add(&pack, &leaf), DPP_OK);
  leaf = next_leaf(&pack, &leaf);
  check_status("pack", "one level takes no second event", add(&pack, &leaf), DPP_ERR_COUNT);
  check(pack.header.hi == 1, "pack", "what did not fit is not counted");
  (void)dpp_pack_init(&pack, (const uint8_t[DPP_CONFIG_BYTES]){0}, few, 1);
  leaf.counter = DPP_INTEGER_END - 2U;
  check_status("pack", "the last counter but one may be its last", add(&pack, &leaf), DPP_OK);
  (void)dpp_pack_init(&pack, (const uint8_t[DPP_CONFIG_BYTES]){0}, few, 1);
  leaf.counter = DPP_INTEGER_END - 1U;
  check_status("pack", "the last counter of all ends none", add(&pack, &leaf), DPP_ERR_COUNTER);
}

void test_packs(void) {
  char name[32];
  for (unsigned i = 0; i < COUNT(DIGESTS); i++) {
    (void)snprintf(name, sizeof name, "%u", i);
    test_digest(&DIGESTS[i], name);
  }
  test_largest_digest();
  test_digest_refuses();
  for (size_t i = 0; i < COUNT(ROOTS); i++) test_root(&ROOTS[i]);
  for (size_t i = 0; i < COUNT(PACKS); i++) test_pack(&PACKS[i]);
  test_full_pack(&PACKS[0]);
}
