/**
 * Content ids: CIDv1 with SHA-256, as text (base32) and as the datum's bytes. Spec: docs/spec/document.md "Content id".
 * Computing the id of a blob is the content store's work (adapters): large blobs are split as UnixFS does.
 */
import { CID } from "multiformats/cid";
import { fromHex, toHex } from "./bytes.js";
import { DppError } from "./errors.js";

/** Multicodecs: raw leaves and the dag-pb node above them. */
export const RAW = 0x55;
export const DAG_PB = 0x70;
const SHA2_256 = 0x12;

const badCid = (cause?: unknown): DppError =>
  new DppError("content/bad-cid", "expected a CIDv1 (raw or dag-pb, SHA-256) in base32", { cause });

function accept(cid: CID): CID {
  const known = cid.code === RAW || cid.code === DAG_PB;
  if (cid.version !== 1 || !known || cid.multihash.code !== SHA2_256 || cid.multihash.size !== 32)
    throw badCid();
  return cid;
}

/** Canonical text only: one content has one name. @throws DppError `content/bad-cid`. */
export function parseCid(text: string): CID {
  const cid = attempt(() => CID.parse(text));
  if (cid.toString() !== text) throw badCid();
  return accept(cid);
}

/** @throws DppError `content/bad-cid`. */
export const cidToBytes = (text: string): Uint8Array => parseCid(text).bytes;

/** @throws DppError `content/bad-cid`. */
export const cidFromBytes = (bytes: Uint8Array): string =>
  accept(attempt(() => CID.decode(bytes))).toString();

/** Binary CID as hex, as the datum's codec has it. */
export const cidToHex = (text: string): string => toHex(cidToBytes(text));
export const cidFromHex = (hex: string): string => cidFromBytes(fromHex(hex));

function attempt(read: () => CID): CID {
  try {
    return read();
  } catch (cause) {
    throw badCid(cause);
  }
}
