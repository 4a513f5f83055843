/* What every function of the library returns. Negative values are refusals; nothing is written to an output then, unless a function says so. */
#ifndef DPP_STATUS_H
#define DPP_STATUS_H

typedef enum {
  DPP_OK = 0,

  DPP_ERR_CAPACITY = -1,      /* the caller's buffer is too small */
  DPP_ERR_TOO_LARGE = -2,     /* event/too-large */
  DPP_ERR_CBOR = -3,          /* cbor/malformed: no well-formed CBOR, or forms that the format does not know */
  DPP_ERR_NOT_CANONICAL = -4, /* cbor/not-canonical: CBOR, but not in its deterministic form */
  DPP_ERR_VERSION = -5,       /* event/version */
  DPP_ERR_SIGNER = -6,        /* the signer's callback gave no signature */
  DPP_ERR_COUNT = -7,         /* a tree of no leaves, or of more than it has memory for */
  DPP_ERR_DIGEST_LENGTH = -8, /* BLAKE2b gives 1 to 64 bytes */
  DPP_ERR_PLACE = -9,         /* event/bad-place: no latitude or longitude */
  DPP_ERR_ALG = -10,          /* no form of signature that events have */

  /* event/malformed: no list of 14 that starts with a number, or the field of that name is out of its bounds. */
  DPP_ERR_LIST = -16,
  DPP_ERR_SOURCE = -17,
  DPP_ERR_COUNTER = -18,
  DPP_ERR_DEVICE = -19,
  DPP_ERR_TYPE = -20,
  DPP_ERR_SUBJECT = -21,
  DPP_ERR_ROLE = -22,
  DPP_ERR_TIER = -23,
  DPP_ERR_PAYLOAD = -24,
  DPP_ERR_PREVIOUS = -25,
  DPP_ERR_CAPTURED = -26,
  DPP_ERR_CLOCK = -27,
  DPP_ERR_UPTIME = -28,
  DPP_ERR_BOOT = -29,

  /* A pack: what a reader of it would refuse by these names. */
  DPP_ERR_PACK_FOREIGN_LEAF = -40, /* pack/foreign-leaf: an event of another source */
  DPP_ERR_PACK_COUNTER = -41,      /* pack/gap, pack/order: not the counter that comes next */
  DPP_ERR_PACK_CHAIN = -42,        /* pack/chain: `previous` is not the hash of the event before */
  DPP_ERR_PACK_TIER = -43,         /* pack/tier */
  DPP_ERR_PACK_ROLE = -44          /* pack/role */
} dpp_status_t;

/** The code under which the rest of the project knows a refusal (docs/spec/event.md, "Codes"), e.g. "event/malformed"; never NULL. */
const char *dpp_status_code(dpp_status_t status);

#endif
