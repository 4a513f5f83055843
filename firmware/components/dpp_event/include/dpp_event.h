/*
 * What is made of a leaf: its hash, its id, and the signed event. Spec: docs/spec/event.md "Leaf", "Signed event".
 * Signing itself is the caller's: a secure element with P-256, or a vetted Ed25519. No private key passes through the library.
 */
#ifndef DPP_EVENT_H
#define DPP_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "dpp_blake2b.h"
#include "dpp_leaf.h"

#define DPP_SIGNATURE_BYTES 64
/** Enough for any leaf: what is around it takes 75 and 60 bytes. */
#define DPP_SIGNED_EVENT_MAX_BYTES (DPP_LEAF_MAX_BYTES + 75)
#define DPP_TO_BE_SIGNED_MAX_BYTES (DPP_LEAF_MAX_BYTES + 60)

/** Form of the source's key (docs/spec/signature-forms.md), and the COSE algorithm that its events name (RFC 9053). */
typedef enum {
  DPP_ALG_EDDSA, /* Ed25519 (RFC 8032): R, then s; COSE -8 */
  DPP_ALG_ES256, /* ECDSA on P-256 with SHA-256 (FIPS 186-5): r, then s, 32 bytes each, big-endian; COSE -7 */
  DPP_ALG_COUNT
} dpp_alg_t;

/**
 * Whoever holds the source's key. `sign` makes a signature of the form `alg` over the message and returns 0; any other number is a failure. With
 * DPP_ALG_ES256 it hashes the message with SHA-256 first, also when the message is a digest of 32 bytes already.
 */
typedef struct {
  void *ctx;
  int (*sign)(void *ctx, const uint8_t *message, size_t length, uint8_t signature[DPP_SIGNATURE_BYTES]);
  dpp_alg_t alg;
} dpp_signer_t;

/** `blake2b_256(0x00 ‖ leaf)`: the next event's `previous`, and a leaf of the pack's tree. */
void dpp_event_hash(const uint8_t *leaf, size_t length, uint8_t hash[DPP_HASH_BYTES]);

/** The UUIDv8 of a thread's event. DPP_ERR_SOURCE, DPP_ERR_COUNTER. */
dpp_status_t dpp_event_id(const uint8_t config[DPP_CONFIG_BYTES], const uint8_t *source, size_t source_length,
                          uint64_t counter, uint8_t id[DPP_UUID_BYTES]);

/** Sig_structure (RFC 9052 §4.4) of a leaf in a deployment; the leaf is not read. DPP_ERR_ALG. */
dpp_status_t dpp_event_to_be_signed(dpp_alg_t alg, const uint8_t config[DPP_CONFIG_BYTES], const uint8_t *leaf,
                                    size_t leaf_length, uint8_t *out, size_t capacity, size_t *length);

/**
 * COSE_Sign1 of a leaf and a signature that is there already. DPP_ERR_LIST for what cannot be a leaf; else it is not read. DPP_ERR_ALG.
 */
dpp_status_t dpp_event_assemble(dpp_alg_t alg, const uint8_t *leaf, size_t leaf_length,
                                const uint8_t signature[DPP_SIGNATURE_BYTES], uint8_t *out, size_t capacity,
                                size_t *length);

/**
 * Has the leaf signed and writes the signed event. What is no leaf is not signed. `out` holds the bytes to be signed meanwhile: it must not
 * overlap the leaf, and what a refusal leaves in it is no event.
 */
dpp_status_t dpp_event_sign(const dpp_signer_t *signer, const uint8_t config[DPP_CONFIG_BYTES], const uint8_t *leaf,
                            size_t leaf_length, uint8_t *out, size_t capacity, size_t *length);

#endif
