/** Records and documents of a history file: what they hash to, where they stand, and whether they prove under the roots. Pure. */
import type { HistoryBlob, HistoryFile } from "../../codec/history-file.js";
import { cidFromHex } from "../../domain/cid.js";
import { isDppError } from "../../domain/errors.js";
import { openPassport } from "../seal-open.js";
import type { HistoryEntry } from "./fold.js";
import { readRecord, recordPlaces } from "./records.js";

/** The content id of a blob, as the content store names it. */
export type ContentIdOf = (bytes: Uint8Array) => string | Promise<string>;

export interface ContentFault {
  readonly check: "actions" | "documents";
  readonly txHash: string | null;
  readonly message: string;
}

/** Of so many that the ledger names so many are in the file. */
export interface Presence {
  readonly present: number;
  readonly of: number;
}

export interface ContentFindings {
  readonly faults: readonly ContentFault[];
  readonly records: Presence;
  readonly documents: Presence;
  readonly notChecked: readonly string[];
}

export async function contentFaults(
  file: HistoryFile,
  entries: readonly HistoryEntry[],
  contentIdOf: ContentIdOf,
): Promise<ContentFindings> {
  const faults: ContentFault[] = [];
  const notChecked: string[] = [];
  const records = await named(file.records, "actions", contentIdOf, faults);
  const places = recordPlaces(entries);
  let present = 0;
  for (const place of places) {
    const bytes = place.cid === null ? undefined : records.get(place.cid);
    if (place.cid === null || bytes === undefined) {
      const what = place.cid ?? "its content id is none";
      notChecked.push(`what the action of ${place.txHash} says: its record is not here (${what})`);
      continue;
    }
    present++;
    const read = readRecord(bytes, place, file);
    if ("fault" in read) faults.push({ check: "actions", txHash: place.txHash, message: read.fault });
  }
  const documents = await named(file.documents, "documents", contentIdOf, faults);
  const opened = documentFaults(file, entries, documents, faults);
  const missing = opened.of - opened.present;
  if (missing > 0) notChecked.push(`the documents of ${missing} revisions: they are not in the file`);
  return { faults, records: { present, of: places.length }, documents: opened, notChecked };
}

/** By content id; a blob that is not what its name says is left out and told. */
async function named(
  blobs: readonly HistoryBlob[],
  check: ContentFault["check"],
  contentIdOf: ContentIdOf,
  faults: ContentFault[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const { cid, bytes } of blobs) {
    if ((await contentIdOf(bytes)) === cid) found.set(cid, bytes);
    else faults.push({ check, txHash: null, message: `the bytes filed under ${cid} are others` });
  }
  return found;
}

/** Each revision's document under the root and the issuer of the transaction that recorded it. */
function documentFaults(
  { config }: HistoryFile,
  entries: readonly HistoryEntry[],
  documents: ReadonlyMap<string, Uint8Array>,
  faults: ContentFault[],
): Presence {
  let present = 0;
  let of = 0;
  let previous: string | null = null;
  for (const { act, after, txHash } of entries) {
    if ((act !== "Issue" && act !== "Update") || after.datum === null) continue;
    of++;
    const { content, issuer, dataRoot, revision } = after.datum.extra;
    const fault = (message: string): void => void faults.push({ check: "documents", txHash, message });
    try {
      const cid = cidFromHex(content);
      const bytes = documents.get(cid);
      if (bytes !== undefined) {
        present++;
        const { header } = openPassport(bytes, { config, issuer, dataRoot });
        if (header.revision !== revision)
          fault(`the document is of revision ${header.revision}, not ${revision}`);
        if (header.previous !== previous) fault("the document names another one before it");
      }
      previous = cid;
    } catch (error) {
      if (!isDppError(error)) throw error;
      fault(error.message);
    }
  }
  return { present, of };
}
