#include "dpp_status.h"

const char *dpp_status_code(dpp_status_t status) {
  switch (status) {
    case DPP_OK:
      return "ok";
    case DPP_ERR_CAPACITY:
      return "capacity";
    case DPP_ERR_TOO_LARGE:
      return "event/too-large";
    case DPP_ERR_CBOR:
      return "cbor/malformed";
    case DPP_ERR_NOT_CANONICAL:
      return "cbor/not-canonical";
    case DPP_ERR_VERSION:
      return "event/version";
    case DPP_ERR_SIGNER:
      return "signer";
    case DPP_ERR_COUNT:
      return "proof/count";
    case DPP_ERR_DIGEST_LENGTH:
      return "digest-length";
    case DPP_ERR_PLACE:
      return "event/bad-place";
    case DPP_ERR_ALG:
      return "signer-alg";
    case DPP_ERR_PACK_FOREIGN_LEAF:
      return "pack/foreign-leaf";
    case DPP_ERR_PACK_COUNTER:
      return "pack/order";
    case DPP_ERR_PACK_CHAIN:
      return "pack/chain";
    case DPP_ERR_PACK_TIER:
      return "pack/tier";
    case DPP_ERR_PACK_ROLE:
      return "pack/role";
    case DPP_ERR_LIST:
    case DPP_ERR_SOURCE:
    case DPP_ERR_COUNTER:
    case DPP_ERR_DEVICE:
    case DPP_ERR_TYPE:
    case DPP_ERR_SUBJECT:
    case DPP_ERR_ROLE:
    case DPP_ERR_TIER:
    case DPP_ERR_PAYLOAD:
    case DPP_ERR_PREVIOUS:
    case DPP_ERR_CAPTURED:
    case DPP_ERR_CLOCK:
    case DPP_ERR_UPTIME:
    case DPP_ERR_BOOT:
      return "event/malformed";
  }
  return "unknown";
}
