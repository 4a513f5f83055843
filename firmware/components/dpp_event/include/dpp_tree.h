/*
 * Merkle root of leaves that come one after another: RFC 9162's shape, a root that covers the count. Spec: docs/spec/tree.md.
 * Keeps only the tops of the perfect trees that stand so far, one for each bit of the count: 17 of them for the largest pack.
 */
#ifndef DPP_TREE_H
#define DPP_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "dpp_blake2b.h"

/** So many levels hold every pack (65,536 events), every payload (64 elements), every tree that the specification allows (2^24 leaves). */
#define DPP_PACK_LEVELS 17
#define DPP_PAYLOAD_LEVELS 7
#define DPP_TREE_LEVELS 25
#define DPP_TREE_MAX_LEAVES (UINT32_C(1) << 24)
#define DPP_PAYLOAD_MAX_ELEMENTS 64
#define DPP_SALT_BYTES 32

typedef struct {
  uint8_t (*tops)[DPP_HASH_BYTES]; /* the caller's; `tops[k]` covers 2^k leaves while bit k of the count is set */
  uint8_t levels;
  uint32_t count;
  uint32_t max; /* leaves that it takes: what the levels hold, or fewer */
} dpp_tree_t;

/** `tops` has `levels` rows (1 to DPP_TREE_LEVELS) and stays in place as long as the tree is used. DPP_ERR_COUNT for other numbers of levels. */
dpp_status_t dpp_tree_init(dpp_tree_t *tree, uint8_t (*tops)[DPP_HASH_BYTES], uint8_t levels);

/** A tree that takes the 64 elements of a payload and no more. */
void dpp_payload_init(dpp_tree_t *tree, uint8_t tops[DPP_PAYLOAD_LEVELS][DPP_HASH_BYTES]);

/** Adds what is a leaf hash already, e.g. an event hash. DPP_ERR_COUNT when the tree is full; it is then as before. */
dpp_status_t dpp_tree_add(dpp_tree_t *tree, const uint8_t leaf_hash[DPP_HASH_BYTES]);

/** Adds `H(0x00 ‖ salt ‖ content)`: for a payload, the CBOR of an element. Salts are random, new for each leaf. */
dpp_status_t dpp_tree_add_salted(dpp_tree_t *tree, const uint8_t salt[DPP_SALT_BYTES], const uint8_t *content,
                                 size_t length);

/** The root of what was added; more may be added after. DPP_ERR_COUNT for an empty tree. */
dpp_status_t dpp_tree_root(const dpp_tree_t *tree, uint8_t root[DPP_HASH_BYTES]);

#endif
