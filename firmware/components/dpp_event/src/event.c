#include "dpp_event.h"

#include <string.h>

#include "bytes.h"
#include "cbor.h"

static const uint8_t ID_DOMAIN[] = {'d', 'p', 'p', '/', 'e', 'v', 'e', 'n', 't', '-', 'i', 'd', '/', '1'};
static const uint8_t EVENT_DOMAIN[] = {'d', 'p', 'p', '/', 'e', 'v', 'e', 'n', 't', '/', '1'};
static const uint8_t CONTEXT[] = {'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', '1'};
/* {1: -8} and {1: -7}, the algorithms EdDSA and ES256 (RFC 9053 §2.1, §2.2). */
static const uint8_t PROTECTED[DPP_ALG_COUNT][3] = {{0xa1, 0x01, 0x27}, {0xa1, 0x01, 0x26}};

#define TAG_COSE_SIGN1 18
/* A list of 14. */
#define LEAF_FIRST_BYTE 0x8eU
/* Leaves have 77 to 187 bytes; the frame of a signed event has one byte for their length. */
#define MIN_FRAMED 24
#define MAX_FRAMED 255

void dpp_event_hash(const uint8_t *leaf, size_t length, uint8_t hash[DPP_HASH_BYTES]) {
  static const uint8_t PREFIX = 0x00;
  dpp_blake2b_t state;
  (void)dpp_blake2b_init(&state, DPP_HASH_BYTES);
  dpp_blake2b_update(&state, &PREFIX, 1);
  dpp_blake2b_update(&state, leaf, length);
  dpp_blake2b_final(&state, hash);
}

dpp_status_t dpp_event_id(const uint8_t config[DPP_CONFIG_BYTES], const uint8_t *source, size_t source_length,
                          uint64_t counter, uint8_t id[DPP_UUID_BYTES]) {
  if (source_length < DPP_SOURCE_MIN_BYTES || source_length > DPP_SOURCE_MAX_BYTES) return DPP_ERR_SOURCE;
  if (counter >= DPP_INTEGER_END) return DPP_ERR_COUNTER;
  uint8_t number[8], hash[DPP_HASH_BYTES];
  dpp_u64be(counter, number);
  dpp_blake2b_t state;
  (void)dpp_blake2b_init(&state, sizeof hash);
  dpp_blake2b_update(&state, ID_DOMAIN, sizeof ID_DOMAIN);
  dpp_blake2b_update(&state, config, DPP_CONFIG_BYTES);
  dpp_blake2b_update(&state, source, source_length);
  dpp_blake2b_update(&state, number, sizeof number);
  dpp_blake2b_final(&state, hash);
  memcpy(id, hash, DPP_UUID_BYTES);
  /* RFC 9562 §5.8: version 8, variant 10. */
  id[6] = (uint8_t)((id[6] & 0x0fU) | 0x80U);
  id[8] = (uint8_t)((id[8] & 0x3fU) | 0x80U);
  return DPP_OK;
}

static dpp_status_t finish(const cbor_writer_t *writer, size_t *length) {
  if (writer->full) return DPP_ERR_CAPACITY;
  *length = writer->length;
  return DPP_OK;
}

static bool is_alg(dpp_alg_t alg) { return alg == DPP_ALG_EDDSA || alg == DPP_ALG_ES256; }

dpp_status_t dpp_event_to_be_signed(dpp_alg_t alg, const uint8_t config[DPP_CONFIG_BYTES], const uint8_t *leaf,
                                    size_t leaf_length, uint8_t *out, size_t capacity, size_t *length) {
  if (!is_alg(alg)) return DPP_ERR_ALG;
  cbor_writer_t writer = {out, capacity, 0, false};
  cbor_write_head(&writer, CBOR_LIST, 4);
  cbor_write_head(&writer, CBOR_TEXT, sizeof CONTEXT);
  cbor_write_raw(&writer, CONTEXT, sizeof CONTEXT);
  cbor_write_bytes(&writer, PROTECTED[alg], sizeof PROTECTED[alg]);
  cbor_write_head(&writer, CBOR_BYTES, sizeof EVENT_DOMAIN + DPP_CONFIG_BYTES);
  cbor_write_raw(&writer, EVENT_DOMAIN, sizeof EVENT_DOMAIN);
  cbor_write_raw(&writer, config, DPP_CONFIG_BYTES);
  cbor_write_bytes(&writer, leaf, leaf_length);
  return finish(&writer, length);
}

dpp_status_t dpp_event_assemble(dpp_alg_t alg, const uint8_t *leaf, size_t leaf_length,
                                const uint8_t signature[DPP_SIGNATURE_BYTES], uint8_t *out, size_t capacity,
                                size_t *length) {
  if (!is_alg(alg)) return DPP_ERR_ALG;
  if (leaf_length < MIN_FRAMED || leaf_length > MAX_FRAMED || leaf[0] != LEAF_FIRST_BYTE) return DPP_ERR_LIST;
  cbor_writer_t writer = {out, capacity, 0, false};
  cbor_write_head(&writer, CBOR_TAG, TAG_COSE_SIGN1);
  cbor_write_head(&writer, CBOR_LIST, 4);
  cbor_write_bytes(&writer, PROTECTED[alg], sizeof PROTECTED[alg]);
  cbor_write_head(&writer, CBOR_MAP, 0);
  cbor_write_bytes(&writer, leaf, leaf_length);
  cbor_write_bytes(&writer, signature, DPP_SIGNATURE_BYTES);
  return finish(&writer, length);
}

dpp_status_t dpp_event_sign(const dpp_signer_t *signer, const uint8_t config[DPP_CONFIG_BYTES], const uint8_t *leaf,
                            size_t leaf_length, uint8_t *out, size_t capacity, size_t *length) {
  dpp_leaf_t read;
  dpp_status_t status = dpp_leaf_decode(leaf, leaf_length, &read);
  if (status != DPP_OK) return status;
  size_t message_length = 0;
  status = dpp_event_to_be_signed(signer->alg, config, leaf, leaf_length, out, capacity, &message_length);
  if (status != DPP_OK) return status;
  uint8_t signature[DPP_SIGNATURE_BYTES];
  if (signer->sign(signer->ctx, out, message_length, signature) != 0) return DPP_ERR_SIGNER;
  return dpp_event_assemble(signer->alg, leaf, leaf_length, signature, out, capacity, length);
}
