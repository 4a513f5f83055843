/** The history file as JSON: the same keys, bytes as base64url, hashes as hex. Spec: docs/spec/history.md "File". Strict: both forms say the same or nothing. */
import { fromBase64url, fromHex, toBase64url } from "../domain/bytes.js";
import { cidToBytes } from "../domain/cid.js";
import { isRecord } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import type { CborValue } from "./cbor.js";
import {
  HISTORY_KIND,
  type HistoryBlob,
  type HistoryFile,
  historyFileFromCbor,
  MAX_HISTORY_BYTES,
} from "./history-file.js";

/** `slots`: zero time (POSIX ms), zero slot, length (ms). */
export interface HistoryFileJson {
  readonly kind: typeof HISTORY_KIND;
  readonly network: string;
  readonly config: string;
  readonly roles: string;
  readonly policy: string;
  readonly passport: string;
  readonly slots: readonly number[];
  /** Bytes, slot, height, view. */
  readonly transactions: readonly (readonly [string, number, number, number | null])[];
  readonly references: readonly string[];
  readonly views: readonly string[];
  /** Content id, bytes. */
  readonly records: readonly (readonly [string, string])[];
  readonly documents: readonly (readonly [string, string])[];
}

/** Base64url is a third longer than what it holds. */
const MAX_TEXT = Math.ceil((MAX_HISTORY_BYTES * 4) / 3) + 1024;

const blobJson = ({ cid, bytes }: HistoryBlob): readonly [string, string] => [cid, toBase64url(bytes)];

export function historyFileToJson(file: HistoryFile): HistoryFileJson {
  const { network, config, roles, policy, passport, slots } = file;
  return {
    kind: HISTORY_KIND,
    network,
    config,
    roles,
    policy,
    passport,
    slots: [slots.zeroTime, slots.zeroSlot, slots.slotLength],
    transactions: file.transactions.map(({ cbor, slot, height, view }) => [
      toBase64url(cbor),
      slot,
      height,
      view,
    ]),
    references: file.references.map(toBase64url),
    views: file.views.map(toBase64url),
    records: file.records.map(blobJson),
    documents: file.documents.map(blobJson),
  };
}

const malformed = (cause?: unknown): DppError =>
  new DppError("history/malformed", "this is no history of a passport", { cause });

/** @throws DppError `history/malformed`, `history/version`, `history/too-large`, `bytes/*`, `content/bad-cid`. */
export function parseHistoryFile(text: string): HistoryFile {
  if (text.length > MAX_TEXT)
    throw new DppError("history/too-large", "the history is larger than this reader takes");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw malformed(cause);
  }
  return historyFileFromJson(json);
}

/** By way of the CBOR's shape, so that one place knows the bounds. @throws DppError as `parseHistoryFile`. */
export function historyFileFromJson(json: unknown): HistoryFile {
  if (!isRecord(json)) throw malformed();
  const value = new Map<CborValue, CborValue>(
    Object.entries(json).map(([key, entry]) => [key, fieldFromJson(key, entry)]),
  );
  return historyFileFromCbor(value);
}

function fieldFromJson(key: string, value: unknown): CborValue {
  if (key === "config" || key === "roles" || key === "policy" || key === "passport")
    return fromHex(text(value));
  if (key === "references" || key === "views") return list(value).map((entry) => fromBase64url(text(entry)));
  if (key === "records" || key === "documents")
    return list(value).map((entry) => {
      const [cid, bytes, ...rest] = list(entry);
      if (rest.length > 0) throw malformed();
      return [cidToBytes(text(cid)), fromBase64url(text(bytes))];
    });
  if (key === "transactions")
    return list(value).map((entry) => {
      const [cbor, ...others] = list(entry);
      return [fromBase64url(text(cbor)), ...others.map(scalar)];
    });
  return Array.isArray(value) ? value.map(scalar) : scalar(value);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw malformed();
  return value;
}
function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}
function scalar(value: unknown): CborValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  throw malformed();
}
