#include "dpp_tree.h"

#include <string.h>

#include "bytes.h"

enum { LEAF = 0x00, INNER = 0x01, ROOT = 0x02 };

static void begin(dpp_blake2b_t *hash, uint8_t prefix) {
  (void)dpp_blake2b_init(hash, DPP_HASH_BYTES);
  dpp_blake2b_update(hash, &prefix, 1);
}

/* `out` may be either of the two. */
static void join(const uint8_t left[DPP_HASH_BYTES], const uint8_t right[DPP_HASH_BYTES], uint8_t out[DPP_HASH_BYTES]) {
  dpp_blake2b_t hash;
  begin(&hash, INNER);
  dpp_blake2b_update(&hash, left, DPP_HASH_BYTES);
  dpp_blake2b_update(&hash, right, DPP_HASH_BYTES);
  dpp_blake2b_final(&hash, out);
}

dpp_status_t dpp_tree_init(dpp_tree_t *tree, uint8_t (*tops)[DPP_HASH_BYTES], uint8_t levels) {
  if (levels < 1 || levels > DPP_TREE_LEVELS) return DPP_ERR_COUNT;
  uint32_t held = (UINT32_C(1) << levels) - 1U;
  tree->tops = tops;
  tree->levels = levels;
  tree->count = 0;
  tree->max = held < DPP_TREE_MAX_LEAVES ? held : DPP_TREE_MAX_LEAVES;
  return DPP_OK;
}

void dpp_payload_init(dpp_tree_t *tree, uint8_t tops[DPP_PAYLOAD_LEVELS][DPP_HASH_BYTES]) {
  (void)dpp_tree_init(tree, tops, DPP_PAYLOAD_LEVELS);
  tree->max = DPP_PAYLOAD_MAX_ELEMENTS;
}

dpp_status_t dpp_tree_add(dpp_tree_t *tree, const uint8_t leaf_hash[DPP_HASH_BYTES]) {
  if (tree->count >= tree->max) return DPP_ERR_COUNT;
  uint8_t node[DPP_HASH_BYTES];
  memcpy(node, leaf_hash, sizeof node);
  unsigned level = 0;
  for (uint32_t rest = tree->count; (rest & 1U) != 0; rest >>= 1) join(tree->tops[level++], node, node);
  memcpy(tree->tops[level], node, sizeof node);
  tree->count++;
  return DPP_OK;
}

dpp_status_t dpp_tree_add_salted(dpp_tree_t *tree, const uint8_t salt[DPP_SALT_BYTES], const uint8_t *content,
                                 size_t length) {
  uint8_t leaf_hash[DPP_HASH_BYTES];
  dpp_blake2b_t hash;
  begin(&hash, LEAF);
  dpp_blake2b_update(&hash, salt, DPP_SALT_BYTES);
  dpp_blake2b_update(&hash, content, length);
  dpp_blake2b_final(&hash, leaf_hash);
  return dpp_tree_add(tree, leaf_hash);
}

dpp_status_t dpp_tree_root(const dpp_tree_t *tree, uint8_t root[DPP_HASH_BYTES]) {
  if (tree->count == 0) return DPP_ERR_COUNT;
  /* A split at the largest power of two below the count leaves the largest perfect tree on the left: join from the smallest, rightmost. */
  unsigned level = 0;
  while (((tree->count >> level) & 1U) == 0) level++;
  uint8_t top[DPP_HASH_BYTES];
  memcpy(top, tree->tops[level], sizeof top);
  for (level++; level < tree->levels; level++)
    if (((tree->count >> level) & 1U) != 0) join(tree->tops[level], top, top);
  uint8_t count[4];
  dpp_u32be(tree->count, count);
  dpp_blake2b_t hash;
  begin(&hash, ROOT);
  dpp_blake2b_update(&hash, count, sizeof count);
  dpp_blake2b_update(&hash, top, sizeof top);
  dpp_blake2b_final(&hash, root);
  return DPP_OK;
}
