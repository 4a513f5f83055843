#include "dpp_leaf.h"

#include <stdbool.h>
#include <string.h>

#include "cbor.h"

#define VERSION 1
#define FIELDS 14

static bool is_subject_length(uint64_t length) { return length == 0 || length == 16 || length == 28 || length == 32; }

/* RFC 9562 §4.1 */
static bool has_uuid_variant(const uint8_t uuid[DPP_UUID_BYTES]) { return (uuid[8] & 0xc0U) == 0x80U; }

/* The bounds that types alone do not hold. Both directions end here, so that what one writes the other reads. */
static dpp_status_t check(const dpp_leaf_t *leaf) {
  if (leaf->source_length < DPP_SOURCE_MIN_BYTES || leaf->source_length > DPP_SOURCE_MAX_BYTES) return DPP_ERR_SOURCE;
  if (leaf->counter >= DPP_INTEGER_END) return DPP_ERR_COUNTER;
  if (!has_uuid_variant(leaf->device)) return DPP_ERR_DEVICE;
  if (leaf->type >= DPP_TYPE_COUNT) return DPP_ERR_TYPE;
  if (!is_subject_length(leaf->subject_length)) return DPP_ERR_SUBJECT;
  if (leaf->role >= DPP_ROLE_COUNT) return DPP_ERR_ROLE;
  if (leaf->tier >= DPP_TIER_COUNT) return DPP_ERR_TIER;
  if (leaf->previous_length != 0 && leaf->previous_length != 32) return DPP_ERR_PREVIOUS;
  if (leaf->captured >= DPP_INTEGER_END) return DPP_ERR_CAPTURED;
  if (leaf->clock >= DPP_CLOCK_COUNT) return DPP_ERR_CLOCK;
  if (leaf->uptime >= DPP_INTEGER_END) return DPP_ERR_UPTIME;
  return DPP_OK;
}

dpp_status_t dpp_leaf_encode(const dpp_leaf_t *leaf, uint8_t *out, size_t capacity, size_t *length) {
  dpp_status_t status = check(leaf);
  if (status != DPP_OK) return status;
  cbor_writer_t writer = {out, capacity, 0, false};
  cbor_write_head(&writer, CBOR_LIST, FIELDS);
  cbor_write_head(&writer, CBOR_UNSIGNED, VERSION);
  cbor_write_bytes(&writer, leaf->source, leaf->source_length);
  cbor_write_head(&writer, CBOR_UNSIGNED, leaf->counter);
  cbor_write_bytes(&writer, leaf->device, sizeof leaf->device);
  cbor_write_head(&writer, CBOR_UNSIGNED, leaf->type);
  cbor_write_bytes(&writer, leaf->subject, leaf->subject_length);
  cbor_write_head(&writer, CBOR_UNSIGNED, leaf->role);
  cbor_write_head(&writer, CBOR_UNSIGNED, leaf->tier);
  cbor_write_bytes(&writer, leaf->payload, sizeof leaf->payload);
  cbor_write_bytes(&writer, leaf->previous, leaf->previous_length);
  cbor_write_head(&writer, CBOR_UNSIGNED, leaf->captured);
  cbor_write_head(&writer, CBOR_UNSIGNED, leaf->clock);
  cbor_write_head(&writer, CBOR_UNSIGNED, leaf->uptime);
  cbor_write_head(&writer, CBOR_UNSIGNED, leaf->boot);
  if (writer.full) return DPP_ERR_CAPACITY;
  *length = writer.length;
  return DPP_OK;
}

static dpp_status_t read_integer(cbor_reader_t *reader, uint64_t max, uint64_t *value, dpp_status_t refusal) {
  unsigned major;
  dpp_status_t status = cbor_read_head(reader, &major, value);
  if (status != DPP_OK) return status;
  return major == CBOR_UNSIGNED && *value <= max ? DPP_OK : refusal;
}

/* Integers that are kept in a byte; the bound is within it. */
static dpp_status_t read_small(cbor_reader_t *reader, uint8_t end, uint8_t *value, dpp_status_t refusal) {
  uint64_t wide = 0;
  dpp_status_t status = read_integer(reader, (uint64_t)end - 1U, &wide, refusal);
  if (status == DPP_OK) *value = (uint8_t)wide;
  return status;
}

/* At most `max` bytes; which lengths there may be is the caller's to say. */
static dpp_status_t read_bytes(cbor_reader_t *reader, uint8_t max, uint8_t *out, uint8_t *length, dpp_status_t refusal) {
  unsigned major;
  uint64_t argument;
  dpp_status_t status = cbor_read_head(reader, &major, &argument);
  if (status != DPP_OK) return status;
  if (major != CBOR_BYTES || argument > max) return refusal;
  if (argument > reader->left) return DPP_ERR_CBOR;
  size_t size = (size_t)argument;
  if (size > 0) memcpy(out, reader->next, size);
  reader->next += size;
  reader->left -= size;
  *length = (uint8_t)size;
  return DPP_OK;
}

static dpp_status_t read_exactly(cbor_reader_t *reader, uint8_t size, uint8_t *out, dpp_status_t refusal) {
  uint8_t length = 0;
  dpp_status_t status = read_bytes(reader, size, out, &length, refusal);
  return status == DPP_OK && length != size ? refusal : status;
}

static dpp_status_t read_version(cbor_reader_t *reader) {
  uint64_t version = 0;
  dpp_status_t status = read_integer(reader, DPP_INTEGER_END - 1U, &version, DPP_ERR_LIST);
  return status == DPP_OK && version != VERSION ? DPP_ERR_VERSION : status;
}

static dpp_status_t read_list(cbor_reader_t *reader) {
  unsigned major;
  uint64_t argument;
  dpp_status_t status = cbor_read_head(reader, &major, &argument);
  if (status != DPP_OK) return status;
  return major == CBOR_LIST && argument == FIELDS ? DPP_OK : DPP_ERR_LIST;
}

#define TRY(step)                          \
  do {                                     \
    dpp_status_t tried = (step);           \
    if (tried != DPP_OK) return tried;     \
  } while (0)

dpp_status_t dpp_leaf_decode(const uint8_t *bytes, size_t length, dpp_leaf_t *leaf) {
  if (length > DPP_LEAF_MAX_BYTES) return DPP_ERR_TOO_LARGE;
  /* First whether it is CBOR at all, to its last byte: the fields below are then read without doubt about where they end. */
  TRY(cbor_check(bytes, length));
  cbor_reader_t reader = {bytes, length};
  uint64_t boot = 0;
  TRY(read_list(&reader));
  TRY(read_version(&reader));
  TRY(read_bytes(&reader, DPP_SOURCE_MAX_BYTES, leaf->source, &leaf->source_length, DPP_ERR_SOURCE));
  TRY(read_integer(&reader, DPP_INTEGER_END - 1U, &leaf->counter, DPP_ERR_COUNTER));
  TRY(read_exactly(&reader, DPP_UUID_BYTES, leaf->device, DPP_ERR_DEVICE));
  TRY(read_small(&reader, DPP_TYPE_COUNT, &leaf->type, DPP_ERR_TYPE));
  TRY(read_bytes(&reader, sizeof leaf->subject, leaf->subject, &leaf->subject_length, DPP_ERR_SUBJECT));
  TRY(read_small(&reader, DPP_ROLE_COUNT, &leaf->role, DPP_ERR_ROLE));
  TRY(read_small(&reader, DPP_TIER_COUNT, &leaf->tier, DPP_ERR_TIER));
  TRY(read_exactly(&reader, sizeof leaf->payload, leaf->payload, DPP_ERR_PAYLOAD));
  TRY(read_bytes(&reader, sizeof leaf->previous, leaf->previous, &leaf->previous_length, DPP_ERR_PREVIOUS));
  TRY(read_integer(&reader, DPP_INTEGER_END - 1U, &leaf->captured, DPP_ERR_CAPTURED));
  TRY(read_small(&reader, DPP_CLOCK_COUNT, &leaf->clock, DPP_ERR_CLOCK));
  TRY(read_integer(&reader, DPP_INTEGER_END - 1U, &leaf->uptime, DPP_ERR_UPTIME));
  TRY(read_integer(&reader, UINT32_MAX, &boot, DPP_ERR_BOOT));
  leaf->boot = (uint32_t)boot;
  return check(leaf);
}
