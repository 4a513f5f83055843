/* Leaves, ids and signed events against the vectors of docs/spec/event.md, and what has to be refused. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "dpp_event.h"
#include "event_vectors.h"
#include "mutations.h"
#include "recorded_signer.h"
#include "tests.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static dpp_leaf_t leaf_of(const leaf_vector_t *vector) {
  dpp_leaf_t leaf = {0};
  leaf.source_length = (uint8_t)unhex(vector->source, leaf.source, sizeof leaf.source);
  leaf.counter = vector->counter;
  (void)unhex(vector->device, leaf.device, sizeof leaf.device);
  leaf.type = vector->type;
  leaf.subject_length = (uint8_t)unhex(vector->subject, leaf.subject, sizeof leaf.subject);
  leaf.role = vector->role;
  leaf.tier = vector->tier;
  (void)unhex(vector->payload, leaf.payload, sizeof leaf.payload);
  leaf.previous_length = (uint8_t)unhex(vector->previous, leaf.previous, sizeof leaf.previous);
  leaf.captured = vector->captured;
  leaf.clock = vector->clock;
  leaf.uptime = vector->uptime;
  leaf.boot = vector->boot;
  return leaf;
}

static void test_leaf(const leaf_vector_t *vector) {
  uint8_t bytes[DPP_LEAF_MAX_BYTES], again[DPP_LEAF_MAX_BYTES], hash[DPP_HASH_BYTES];
  size_t length = 0, again_length = 0;
  dpp_leaf_t leaf = leaf_of(vector), read = {0};
  check_status("leaf is encoded", vector->name, dpp_leaf_encode(&leaf, bytes, sizeof bytes, &length), DPP_OK);
  check_bytes("leaf", vector->name, bytes, length, vector->leaf);
  bool refused = true;
  for (size_t capacity = 0; capacity < length; capacity++)
    refused = refused && dpp_leaf_encode(&leaf, again, capacity, &again_length) == DPP_ERR_CAPACITY;
  check(refused, "leaf: less memory is refused", vector->name);
  check_status("leaf: just enough memory is enough", vector->name,
               dpp_leaf_encode(&leaf, again, length, &again_length), DPP_OK);
  check_status("leaf is decoded", vector->name, dpp_leaf_decode(bytes, length, &read), DPP_OK);
  (void)dpp_leaf_encode(&read, again, sizeof again, &again_length);
  check(again_length == length && memcmp(bytes, again, length) == 0, "leaf: decoded, encoded", vector->name);
  dpp_event_hash(bytes, length, hash);
  check_bytes("event hash", vector->name, hash, sizeof hash, vector->hash);
  if (vector->id == NULL) return;
  uint8_t config[DPP_CONFIG_BYTES], id[DPP_UUID_BYTES];
  (void)unhex(vector->config, config, sizeof config);
  check_status("event id is made", vector->name,
               dpp_event_id(config, leaf.source, leaf.source_length, leaf.counter, id), DPP_OK);
  check_bytes("event id", vector->name, id, sizeof id, vector->id);
}

static void test_signed(const signed_vector_t *vector) {
  uint8_t config[DPP_CONFIG_BYTES], leaf[DPP_LEAF_MAX_BYTES], out[DPP_SIGNED_EVENT_MAX_BYTES];
  size_t length = 0;
  (void)unhex(vector->config, config, sizeof config);
  size_t leaf_length = unhex(vector->leaf, leaf, sizeof leaf);
  check_status("bytes to be signed are made", vector->name,
               dpp_event_to_be_signed(vector->alg, config, leaf, leaf_length, out, sizeof out, &length), DPP_OK);
  check_bytes("bytes to be signed", vector->name, out, length, vector->to_be_signed);
  recorded_signature_t recorded = {vector->to_be_signed, vector->signature};
  dpp_signer_t signer = {&recorded, replay_signature, vector->alg};
  check_status("event is signed", vector->name,
               dpp_event_sign(&signer, config, leaf, leaf_length, out, sizeof out, &length), DPP_OK);
  check_bytes("signed event", vector->name, out, length, vector->signed_event);
  bool refused = true;
  for (size_t capacity = 0; capacity < length; capacity++) {
    size_t unused = 0;
    refused = refused && dpp_event_sign(&signer, config, leaf, leaf_length, out, capacity, &unused) == DPP_ERR_CAPACITY;
  }
  check(refused, "signed event: less memory is refused", vector->name);
  config[0] ^= 1;
  check_status("the signature of one deployment serves no other", vector->name,
               dpp_event_sign(&signer, config, leaf, leaf_length, out, sizeof out, &length), DPP_ERR_SIGNER);
  config[0] ^= 1;
  /* The algorithm is among the bytes that are signed. */
  signer.alg = vector->alg == DPP_ALG_EDDSA ? DPP_ALG_ES256 : DPP_ALG_EDDSA;
  check_status("the signature of one algorithm serves no other", vector->name,
               dpp_event_sign(&signer, config, leaf, leaf_length, out, sizeof out, &length), DPP_ERR_SIGNER);
  signer.alg = DPP_ALG_COUNT;
  check_status("an algorithm that events do not have is refused", vector->name,
               dpp_event_sign(&signer, config, leaf, leaf_length, out, sizeof out, &length), DPP_ERR_ALG);
  signer.alg = vector->alg;
  signer.sign = refuse_to_sign;
  check_status("a signer's refusal is passed on", vector->name,
               dpp_event_sign(&signer, config, leaf, leaf_length, out, sizeof out, &length), DPP_ERR_SIGNER);
  leaf[1] = 2;
  check_status("what is no leaf is not signed", vector->name,
               dpp_event_sign(&signer, config, leaf, leaf_length, out, sizeof out, &length), DPP_ERR_VERSION);
}

/* The field of a refusal, as a JSON pointer; NULL where the refusal is of no field. */
static const char *path_of(dpp_status_t status) {
  static const char *const FIELDS[] = {"",         "/source",  "/counter",  "/device",   "/type",  "/subject", "/role",
                                       "/tier",    "/payload", "/previous", "/captured", "/clock", "/uptime",  "/boot"};
  return status <= DPP_ERR_LIST && status >= DPP_ERR_BOOT ? FIELDS[DPP_ERR_LIST - status] : NULL;
}

static void test_refused(const refused_vector_t *vector) {
  static uint8_t bytes[1024];
  dpp_leaf_t leaf;
  size_t length = unhex(vector->bytes, bytes, sizeof bytes);
  dpp_status_t status = dpp_leaf_decode(bytes, length, &leaf);
  const char *code = dpp_status_code(status), *path = path_of(status);
  record((const uint8_t *)code, strlen(code));
  /* A version that is no number and a list that is none are one result here. */
  bool same_path = vector->path == NULL || (path != NULL && (strcmp(path, vector->path) == 0 ||
                                                           (status == DPP_ERR_LIST && strcmp(vector->path, "/version") == 0)));
  bool ok = strcmp(code, vector->code) == 0 && same_path;
  check(ok, "refused leaf", vector->name);
  if (!ok)
    printf("     expected %s %s, got %s %s (%d)\n", vector->code, vector->path == NULL ? "" : vector->path, code,
           path == NULL ? "" : path, (int)status);
}

/* One field out of bounds at a time; the control is the vector itself, which `test_leaf` found good. */
static void test_encoder_refuses(void) {
  uint8_t out[DPP_LEAF_MAX_BYTES];
  size_t length;
#define REFUSED(name, change, expected)                                                                   \
  do {                                                                                                    \
    dpp_leaf_t leaf = leaf_of(&LEAVES[0]);                                                                \
    change;                                                                                               \
    check_status("encoder refuses", name, dpp_leaf_encode(&leaf, out, sizeof out, &length), expected);    \
  } while (0)
  REFUSED("a source of 12 bytes", leaf.source_length = 12, DPP_ERR_SOURCE);
  REFUSED("a source of 29 bytes", leaf.source_length = 29, DPP_ERR_SOURCE);
  REFUSED("the counter 2^53", leaf.counter = DPP_INTEGER_END, DPP_ERR_COUNTER);
  REFUSED("a device of variant 00", leaf.device[8] = 0x3f, DPP_ERR_DEVICE);
  REFUSED("a device of variant 11", leaf.device[8] = 0xc0, DPP_ERR_DEVICE);
  REFUSED("the type 11", leaf.type = 11, DPP_ERR_TYPE);
  REFUSED("a subject of 15 bytes", leaf.subject_length = 15, DPP_ERR_SUBJECT);
  REFUSED("a subject of 33 bytes", leaf.subject_length = 33, DPP_ERR_SUBJECT);
  REFUSED("the role 9", leaf.role = 9, DPP_ERR_ROLE);
  REFUSED("the tier 4", leaf.tier = 4, DPP_ERR_TIER);
  REFUSED("a previous hash of 31 bytes", leaf.previous_length = 31, DPP_ERR_PREVIOUS);
  REFUSED("a previous hash of 33 bytes", leaf.previous_length = 33, DPP_ERR_PREVIOUS);
  REFUSED("the capture time 2^53", leaf.captured = DPP_INTEGER_END, DPP_ERR_CAPTURED);
  REFUSED("the clock 4", leaf.clock = 4, DPP_ERR_CLOCK);
  REFUSED("the uptime 2^53", leaf.uptime = DPP_INTEGER_END, DPP_ERR_UPTIME);
#undef REFUSED
}

static void test_ids_and_frames_refuse(void) {
  static uint8_t leaf[DPP_LEAF_MAX_BYTES] = {0x8e}, bytes[DPP_UUID_BYTES], out[DPP_SIGNED_EVENT_MAX_BYTES];
  static const uint8_t CONFIG[DPP_CONFIG_BYTES], SIGNATURE[DPP_SIGNATURE_BYTES];
  size_t length = 0;
#define ID(name, source_length, counter, expected) \
  check_status("event id of", name, dpp_event_id(CONFIG, leaf, source_length, counter, bytes), expected)
  ID("a source of 13 bytes", 13, 0, DPP_OK);
  ID("a source of 12 bytes", 12, 0, DPP_ERR_SOURCE);
  ID("a source of 28 bytes", 28, 0, DPP_OK);
  ID("a source of 29 bytes", 29, 0, DPP_ERR_SOURCE);
  ID("the counter 2^53 - 1", 13, DPP_INTEGER_END - 1U, DPP_OK);
  ID("the counter 2^53", 13, DPP_INTEGER_END, DPP_ERR_COUNTER);
#undef ID
#define FRAME(name, leaf_length, expected) \
  check_status("signed event of", name, dpp_event_assemble(DPP_ALG_EDDSA, leaf, leaf_length, SIGNATURE, out, sizeof out, &length), expected)
  FRAME("24 bytes", 24, DPP_OK);
  FRAME("23 bytes", 23, DPP_ERR_LIST);
  FRAME("255 bytes", 255, DPP_OK);
  check(length == 330, "signed event of", "255 bytes has 75 more");
  FRAME("256 bytes", 256, DPP_ERR_LIST);
  check_status("signed event of", "another algorithm",
               dpp_event_assemble(DPP_ALG_COUNT, leaf, 100, SIGNATURE, out, sizeof out, &length), DPP_ERR_ALG);
  leaf[0] = 0x8d;
  FRAME("a list of 13", 100, DPP_ERR_LIST);
#undef FRAME
}

void test_events(void) {
  for (size_t i = 0; i < COUNT(LEAVES); i++) test_leaf(&LEAVES[i]);
  for (size_t i = 0; i < COUNT(SIGNED); i++) test_signed(&SIGNED[i]);
  for (size_t i = 0; i < COUNT(REFUSED); i++) test_refused(&REFUSED[i]);
  test_encoder_refuses();
  test_ids_and_frames_refuse();
}

/* The host runs under sanitizers; the counts are the same on the device, so that the transcripts are. */
#define RANDOM_STRINGS 200000

void test_mutations(void) {
  uint8_t leaf[DPP_LEAF_MAX_BYTES];
  for (size_t i = 0; i < COUNT(LEAVES) && i < 3; i++)
    test_every_mutation(LEAVES[i].name, leaf, unhex(LEAVES[i].leaf, leaf, sizeof leaf));
  size_t length = unhex(LEAVES[0].leaf, leaf, sizeof leaf);
  test_random_bytes(UINT32_C(2718281828), RANDOM_STRINGS, leaf, length);
  test_every_result_was_met();
}
