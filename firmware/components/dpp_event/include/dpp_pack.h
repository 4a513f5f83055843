/*
 * A run of a thread's events whose root the source signs: built leaf by leaf, each checked as a reader of the pack will.
 * Spec: docs/spec/anchor.md "Pack".
 */
#ifndef DPP_PACK_H
#define DPP_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dpp_event.h"
#include "dpp_tree.h"

#define DPP_PACK_MAX_EVENTS UINT32_C(65536)

/** What the digest covers. */
typedef struct {
  uint8_t config[DPP_CONFIG_BYTES];
  uint8_t source[DPP_SOURCE_MAX_BYTES];
  uint8_t source_length;
  uint8_t tier;
  uint64_t lo; /* the first counter */
  uint64_t hi; /* one after the last */
  uint8_t root[DPP_HASH_BYTES];
  uint64_t cmin; /* least and greatest capture time, POSIX ms */
  uint64_t cmax;
} dpp_pack_header_t;

/**
 * `blake2b_256("dpp/pack/1" ‖ …)`. DPP_ERR_SOURCE, DPP_ERR_TIER, DPP_ERR_COUNTER (lo, hi), DPP_ERR_COUNT (too many events),
 * DPP_ERR_CAPTURED (cmin, cmax).
 */
dpp_status_t dpp_pack_digest(const dpp_pack_header_t *header, uint8_t digest[DPP_HASH_BYTES]);

/** A pack under construction. `header.root` is set when it is sealed. */
typedef struct {
  dpp_pack_header_t header;
  dpp_tree_t tree;
  uint8_t role;
  uint8_t last[DPP_HASH_BYTES]; /* hash of the event that was added last */
} dpp_pack_t;

/** Begins an empty pack of one deployment in the caller's tops, DPP_PACK_LEVELS of them for the largest pack. */
dpp_status_t dpp_pack_init(dpp_pack_t *pack, const uint8_t config[DPP_CONFIG_BYTES], uint8_t (*tops)[DPP_HASH_BYTES],
                           uint8_t levels);

/**
 * Adds the next event: the first one says whose pack it is and where it starts. The pack is as before on a refusal: those of
 * `dpp_leaf_decode`, DPP_ERR_PACK_*, DPP_ERR_COUNT when it is full.
 */
dpp_status_t dpp_pack_add(dpp_pack_t *pack, const uint8_t *leaf, size_t length);

/** Root, digest and the signature over the digest's 32 bytes. DPP_ERR_COUNT for an empty pack, DPP_ERR_SIGNER. */
dpp_status_t dpp_pack_seal(dpp_pack_t *pack, const dpp_signer_t *signer, uint8_t signature[DPP_SIGNATURE_BYTES]);

#endif
