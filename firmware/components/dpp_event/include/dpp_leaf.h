/*
 * An event's public part: 14 fields in deterministic CBOR, one leaf has one encoding. Spec: docs/spec/event.md "Leaf".
 * Both directions refuse what is out of bounds; the bytes are the same as those of offchain/src/codec/event.ts.
 */
#ifndef DPP_LEAF_H
#define DPP_LEAF_H

#include <stddef.h>
#include <stdint.h>

#include "dpp_status.h"

#define DPP_LEAF_MAX_BYTES 256
#define DPP_SOURCE_MIN_BYTES 13
#define DPP_SOURCE_MAX_BYTES 28
#define DPP_CONFIG_BYTES 28
#define DPP_UUID_BYTES 16
/** Counters and times stay below it: they are exact integers in every reader. */
#define DPP_INTEGER_END (UINT64_C(1) << 53)

enum {
  DPP_TYPE_HARVEST,
  DPP_TYPE_PURCHASE,
  DPP_TYPE_HANDOFF,
  DPP_TYPE_TRANSPORT,
  DPP_TYPE_PROCESSING,
  DPP_TYPE_GRADE,
  DPP_TYPE_LAB_RESULT,
  DPP_TYPE_DISPATCH,
  DPP_TYPE_CORRECTION,
  DPP_TYPE_TIER_AMENDMENT,
  DPP_TYPE_INCIDENT,
  DPP_TYPE_COUNT
};

enum { DPP_TIER_GATEWAY, DPP_TIER_INDIVIDUAL, DPP_TIER_DEVICE, DPP_TIER_MULTI_PARTY, DPP_TIER_COUNT };

enum { DPP_CLOCK_UNSET, DPP_CLOCK_FREE, DPP_CLOCK_NETWORK, DPP_CLOCK_GNSS, DPP_CLOCK_COUNT };

/** As the constructors of docs/spec/datum.md "Token names". */
enum {
  DPP_ROLE_MANUFACTURER,
  DPP_ROLE_INTERMEDIARY,
  DPP_ROLE_RECYCLER,
  DPP_ROLE_REPAIRER,
  DPP_ROLE_AUTHORITY,
  DPP_ROLE_SUPERVISOR,
  DPP_ROLE_STATION,
  DPP_ROLE_GATEWAY,
  DPP_ROLE_LAB,
  DPP_ROLE_COUNT
};

typedef struct {
  uint64_t counter;
  uint64_t captured; /* POSIX ms by the device's clock */
  uint64_t uptime;   /* ms since the last boot */
  uint32_t boot;
  uint8_t source[DPP_SOURCE_MAX_BYTES];
  uint8_t source_length; /* 13 to 28 */
  uint8_t device[DPP_UUID_BYTES];
  uint8_t type;
  uint8_t subject[32];
  uint8_t subject_length; /* 0, 16, 28 or 32 */
  uint8_t role;
  uint8_t tier;
  uint8_t payload[32];
  uint8_t previous[32];
  uint8_t previous_length; /* 0 or 32 */
  uint8_t clock;
} dpp_leaf_t;

/** `length` is set on DPP_OK alone; on a refusal `out` may be partly written. DPP_LEAF_MAX_BYTES always suffices. */
dpp_status_t dpp_leaf_encode(const dpp_leaf_t *leaf, uint8_t *out, size_t capacity, size_t *length);

/** Reads the one encoding of a leaf and nothing else; on a refusal `leaf` may be partly written. */
dpp_status_t dpp_leaf_decode(const uint8_t *bytes, size_t length, dpp_leaf_t *leaf);

#endif
