#include "dpp_pack.h"

#include <string.h>

#include "bytes.h"

static const uint8_t DOMAIN[] = {'d', 'p', 'p', '/', 'p', 'a', 'c', 'k', '/', '1'};

static dpp_status_t check(const dpp_pack_header_t *header) {
  if (header->source_length < DPP_SOURCE_MIN_BYTES || header->source_length > DPP_SOURCE_MAX_BYTES)
    return DPP_ERR_SOURCE;
  if (header->tier >= DPP_TIER_COUNT) return DPP_ERR_TIER;
  if (header->lo >= header->hi || header->hi >= DPP_INTEGER_END) return DPP_ERR_COUNTER;
  if (header->hi - header->lo > DPP_PACK_MAX_EVENTS) return DPP_ERR_COUNT;
  if (header->cmin > header->cmax || header->cmax >= DPP_INTEGER_END) return DPP_ERR_CAPTURED;
  return DPP_OK;
}

static void update_u64(dpp_blake2b_t *hash, uint64_t value) {
  uint8_t bytes[8];
  dpp_u64be(value, bytes);
  dpp_blake2b_update(hash, bytes, sizeof bytes);
}

dpp_status_t dpp_pack_digest(const dpp_pack_header_t *header, uint8_t digest[DPP_HASH_BYTES]) {
  dpp_status_t status = check(header);
  if (status != DPP_OK) return status;
  dpp_blake2b_t hash;
  (void)dpp_blake2b_init(&hash, DPP_HASH_BYTES);
  dpp_blake2b_update(&hash, DOMAIN, sizeof DOMAIN);
  dpp_blake2b_update(&hash, header->config, sizeof header->config);
  dpp_blake2b_update(&hash, &header->tier, 1);
  update_u64(&hash, header->lo);
  update_u64(&hash, header->hi);
  dpp_blake2b_update(&hash, header->root, sizeof header->root);
  update_u64(&hash, header->cmin);
  update_u64(&hash, header->cmax);
  dpp_blake2b_update(&hash, header->source, header->source_length);
  dpp_blake2b_final(&hash, digest);
  return DPP_OK;
}

dpp_status_t dpp_pack_init(dpp_pack_t *pack, const uint8_t config[DPP_CONFIG_BYTES], uint8_t (*tops)[DPP_HASH_BYTES],
                           uint8_t levels) {
  dpp_status_t status = dpp_tree_init(&pack->tree, tops, levels);
  if (status != DPP_OK) return status;
  if (pack->tree.max > DPP_PACK_MAX_EVENTS) pack->tree.max = DPP_PACK_MAX_EVENTS;
  memcpy(pack->header.config, config, sizeof pack->header.config);
  return DPP_OK;
}

static void take_thread(dpp_pack_t *pack, const dpp_leaf_t *leaf) {
  dpp_pack_header_t *header = &pack->header;
  memcpy(header->source, leaf->source, sizeof header->source);
  header->source_length = leaf->source_length;
  header->tier = leaf->tier;
  header->lo = leaf->counter;
  header->cmin = leaf->captured;
  header->cmax = leaf->captured;
  pack->role = leaf->role;
}

static dpp_status_t check_next(const dpp_pack_t *pack, const dpp_leaf_t *leaf) {
  const dpp_pack_header_t *header = &pack->header;
  if (leaf->source_length != header->source_length || memcmp(leaf->source, header->source, leaf->source_length) != 0)
    return DPP_ERR_PACK_FOREIGN_LEAF;
  if (leaf->counter != header->hi) return DPP_ERR_PACK_COUNTER;
  if (leaf->tier != header->tier) return DPP_ERR_PACK_TIER;
  if (leaf->role != pack->role) return DPP_ERR_PACK_ROLE;
  if (leaf->previous_length != DPP_HASH_BYTES || memcmp(leaf->previous, pack->last, DPP_HASH_BYTES) != 0)
    return DPP_ERR_PACK_CHAIN;
  return DPP_OK;
}

dpp_status_t dpp_pack_add(dpp_pack_t *pack, const uint8_t *leaf, size_t length) {
  dpp_leaf_t read;
  uint8_t hash[DPP_HASH_BYTES];
  dpp_status_t status = dpp_leaf_decode(leaf, length, &read);
  if (status != DPP_OK) return status;
  /* `hi` of a pack stays below 2^53 as well. */
  if (read.counter + 1U >= DPP_INTEGER_END) return DPP_ERR_COUNTER;
  bool first = pack->tree.count == 0;
  if (!first) {
    status = check_next(pack, &read);
    if (status != DPP_OK) return status;
  }
  dpp_event_hash(leaf, length, hash);
  status = dpp_tree_add(&pack->tree, hash);
  if (status != DPP_OK) return status;
  if (first) take_thread(pack, &read);
  pack->header.hi = read.counter + 1U;
  if (read.captured < pack->header.cmin) pack->header.cmin = read.captured;
  if (read.captured > pack->header.cmax) pack->header.cmax = read.captured;
  memcpy(pack->last, hash, sizeof pack->last);
  return DPP_OK;
}

dpp_status_t dpp_pack_seal(dpp_pack_t *pack, const dpp_signer_t *signer, uint8_t signature[DPP_SIGNATURE_BYTES]) {
  uint8_t digest[DPP_HASH_BYTES];
  dpp_status_t status = dpp_tree_root(&pack->tree, pack->header.root);
  if (status == DPP_OK) status = dpp_pack_digest(&pack->header, digest);
  if (status != DPP_OK) return status;
  return signer->sign(signer->ctx, digest, sizeof digest, signature) == 0 ? DPP_OK : DPP_ERR_SIGNER;
}
