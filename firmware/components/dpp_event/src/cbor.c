#include "cbor.h"

#include <string.h>

#define MAX_INTEGER ((UINT64_C(1) << 53) - 1U)

static void put(cbor_writer_t *writer, uint8_t byte) { cbor_write_raw(writer, &byte, 1); }

void cbor_write_raw(cbor_writer_t *writer, const uint8_t *data, size_t length) {
  if (writer->full || length > writer->capacity - writer->length) {
    writer->full = true;
    return;
  }
  if (length > 0) memcpy(writer->out + writer->length, data, length);
  writer->length += length;
}

void cbor_write_head(cbor_writer_t *writer, unsigned major, uint64_t argument) {
  uint8_t type = (uint8_t)(major << 5);
  if (argument < 24) {
    put(writer, (uint8_t)(type | argument));
    return;
  }
  unsigned size = argument <= 0xff ? 0 : argument <= 0xffff ? 1 : argument <= 0xffffffff ? 2 : 3;
  put(writer, (uint8_t)(type | (24U + size)));
  for (unsigned bytes = 1U << size; bytes > 0; bytes--) put(writer, (uint8_t)(argument >> (8U * (bytes - 1U))));
}

void cbor_write_bytes(cbor_writer_t *writer, const uint8_t *data, size_t length) {
  cbor_write_head(writer, CBOR_BYTES, length);
  cbor_write_raw(writer, data, length);
}

dpp_status_t cbor_read_head(cbor_reader_t *reader, unsigned *major, uint64_t *argument) {
  if (reader->left == 0) return DPP_ERR_CBOR;
  uint8_t first = *reader->next++;
  reader->left--;
  *major = first >> 5;
  unsigned low = first & 0x1fU;
  if (low < 24) {
    *argument = low;
    return DPP_OK;
  }
  if (low > 27) return DPP_ERR_CBOR;
  size_t bytes = (size_t)1 << (low - 24U);
  if (reader->left < bytes) return DPP_ERR_CBOR;
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; i++) value = (value << 8) | reader->next[i];
  reader->next += bytes;
  reader->left -= bytes;
  *argument = value;
  /* A float. There are none here: a whole number has its own form, and others have no place. */
  if (*major == CBOR_SIMPLE && bytes > 1) return DPP_ERR_NOT_CANONICAL;
  static const uint64_t LEAST[4] = {24, UINT64_C(1) << 8, UINT64_C(1) << 16, UINT64_C(1) << 32};
  return value >= LEAST[low - 24U] ? DPP_OK : DPP_ERR_CBOR;
}

/* Integers within ±(2^53 − 1); of the simple values false, true and null; no tags (docs/spec/document.md "Encoding"). */
static bool is_known(unsigned major, uint64_t argument) {
  switch (major) {
    case CBOR_UNSIGNED:
      return argument <= MAX_INTEGER;
    case CBOR_NEGATIVE:
      return argument < MAX_INTEGER;
    case CBOR_TAG:
      return false;
    case CBOR_SIMPLE:
      return argument >= 20 && argument <= 22;
    default:
      return true;
  }
}

dpp_status_t cbor_check(const uint8_t *bytes, size_t length) {
  cbor_reader_t reader = {bytes, length};
  /* Items that must still follow. Each takes a byte at least: no more of them than bytes, so that the sum cannot overflow. */
  uint64_t pending = 1;
  bool has_float = false;
  while (pending > 0) {
    unsigned major;
    uint64_t argument;
    dpp_status_t status = cbor_read_head(&reader, &major, &argument);
    pending--;
    if (status == DPP_ERR_NOT_CANONICAL) has_float = true;
    else if (status != DPP_OK) return status;
    else if (!is_known(major, argument)) return DPP_ERR_CBOR;
    if (major == CBOR_BYTES || major == CBOR_TEXT) {
      if (argument > reader.left) return DPP_ERR_CBOR;
      reader.next += argument;
      reader.left -= (size_t)argument;
    } else if (major == CBOR_LIST || major == CBOR_MAP) {
      if (argument > reader.left) return DPP_ERR_CBOR;
      pending += major == CBOR_MAP ? 2 * argument : argument;
    }
    if (pending > reader.left) return DPP_ERR_CBOR;
  }
  if (reader.left > 0) return DPP_ERR_CBOR;
  return has_float ? DPP_ERR_NOT_CANONICAL : DPP_OK;
}
