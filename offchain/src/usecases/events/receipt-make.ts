/** Makes the receipt of an event from the store and the ledger. Reads only. Spec: docs/spec/receipt.md "File". */
import { decodeLeaf } from "../../codec/event.js";
import { decodePayload } from "../../codec/event-payload.js";
import { decodeParties } from "../../codec/parties.js";
import { encodeReceipt } from "../../codec/receipt.js";
import { transactionFor } from "../../codec/receipt-transaction.js";
import { leafOf } from "../../codec/signed-event.js";
import { encodeEntry } from "../../codec/thread-entry.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { type AppendEntry, type CoAppendEntry, isWritten } from "../../domain/pack.js";
import type { Receipt, ReceiptPack, ReceiptPayload, ReceiptState } from "../../domain/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { checkPayload } from "../../merkle/event-payload.js";
import { addToRange, emptyRange, proveInRange, rangeLeaf } from "../../merkle/range.js";
import type { EventStore, StoredEvent } from "../../ports/event-store.js";
import { readConfigs, trustRootOf } from "../trust-root.js";
import type { EventReading } from "./context.js";
import { storedPackTree } from "./pack-tree.js";
import { collectAttestations, collectRotations, type Referred } from "./receipt-collect.js";
import type { SignerFacts } from "./receipt-signers.js";
import { verifyReceipt } from "./receipt-verify.js";
import { readThreadHistory, type ThreadHistory, type WrittenEntry } from "./threads.js";

export interface ReceiptOptions {
  /** With the public part of the payload; default true. */
  readonly payload?: boolean;
}

export interface MadeReceipt {
  readonly receipt: Receipt;
  readonly bytes: Uint8Array;
  /** Of the deployment as it is now: what a reader has to get from a ledger that he trusts. */
  readonly root: TrustRoot;
  /** The source, or the parties of a joint pack by name. */
  readonly signers: readonly SignerFacts[];
  /** The payload's record is not in the store, or none was asked for. */
  readonly withoutPayload: boolean;
}

type Appended = WrittenEntry & { readonly entry: AppendEntry | CoAppendEntry };

/**
 * `id`: UUID text. Checked against the deployment before it is handed out.
 * @throws DppError as `gatherReceipt`; `receipt/unreadable` when it would not verify, `receipt/too-large`.
 */
export async function makeReceipt(
  reading: EventReading,
  id: string,
  options: ReceiptOptions = {},
): Promise<MadeReceipt> {
  const { receipt, root } = await gatherReceipt(reading, id, options);
  const bytes = encodeReceipt(receipt);
  const { checks, facts } = verifyReceipt(bytes, root, {}, reading.verify);
  const wrong = checks.find(({ ok }) => ok === false);
  if (wrong !== undefined)
    throw new DppError("receipt/unreadable", `the receipt would not verify: ${wrong.name}: ${wrong.says}`, {
      details: { check: wrong.name },
    });
  return { receipt, bytes, root, signers: facts?.signers ?? [], withoutPayload: receipt.payload === null };
}

/**
 * The parts of a receipt, whether or not they hold together.
 * @throws DppError `receipt/unknown-event`, `receipt/not-sealed`, `receipt/not-anchored`, `receipt/lost`, `receipt/another-pack`, `receipt/pack-incomplete`,
 *   `receipt/unreadable`; `trust-root/config`, `thread/*`, `event-store/*`, `ledger/*`.
 */
export async function gatherReceipt(
  reading: EventReading,
  id: string,
  { payload = true }: ReceiptOptions = {},
): Promise<Pick<MadeReceipt, "receipt" | "root">> {
  const listed = await reading.store.event(id);
  if (listed === null)
    throw new DppError("receipt/unknown-event", `there is no event ${id} in the store here`);
  const { event } = listed;
  const history = await readThreadHistory(reading, event.source);
  const { index, written } = appendOf(history, event, listed.pack !== null);
  const configs = await readConfigs(reading);
  const root = trustRootOf(reading, configs);
  const { attestations, newest } = await collectAttestations(reading, signersOf(event, written), root);
  const receipt: Receipt = {
    network: root.network,
    config: root.config,
    leaf: Uint8Array.from(leafOf(event.signed)),
    path: await pathOf(reading.store, event, written),
    pack: packOf(written, history.entries.slice(0, index)),
    append: transactionFor(written.tx.cbor, () => true, 1),
    attestations,
    rotations: collectRotations(configs, newest),
    state: await stateOf(reading, history, index),
    payload: payload ? payloadOf(event, root.config) : null,
  };
  return { receipt, root };
}

function appendOf(
  { entries, now }: ThreadHistory,
  { counter }: StoredEvent,
  sealed: boolean,
): { readonly index: number; readonly written: Appended } {
  const index = entries.findIndex(({ entry }) => entry.lo <= counter && counter < entry.hi);
  const written = entries[index];
  if (written !== undefined && isAppend(written)) return { index, written };
  if (written !== undefined)
    throw new DppError("receipt/lost", `the ledger gave up event ${counter}: it can have no receipt`);
  if (now.thread.closed)
    throw new DppError(
      "receipt/not-anchored",
      "the thread of its source is closed, and this event is not in it",
    );
  throw sealed
    ? new DppError(
        "receipt/not-anchored",
        "the event's pack is not on the ledger yet: bring it there (dpp event anchor), then ask again",
      )
    : new DppError(
        "receipt/not-sealed",
        "the event is in no pack yet: seal it (dpp event pack), bring it on the ledger (dpp event anchor), then ask again",
      );
}

const isAppend = (written: WrittenEntry): written is Appended => isWritten(written.entry);

/** Who signed, with the attestations that the append referred to. */
function signersOf({ source }: StoredEvent, { entry, attestations }: Appended): readonly Referred[] {
  const names = entry.kind === "append" ? [source] : entry.parties.map(({ name }) => name);
  return names.flatMap((name, at) => {
    const output = attestations[at];
    return output === undefined ? [] : [{ name, output }];
  });
}

/** @throws DppError `receipt/pack-incomplete`, `receipt/another-pack`. */
async function pathOf(
  store: EventStore,
  { source, counter }: StoredEvent,
  { entry }: Appended,
): Promise<readonly Uint8Array[]> {
  const stored = await storedPackTree(store, { source, lo: entry.lo, hi: entry.hi });
  if ("missing" in stored)
    throw new DppError(
      "receipt/pack-incomplete",
      `the store lacks event ${stored.missing} of the pack, without which there is no path to its root: bring the pack here (dpp event import)`,
    );
  const { tree } = stored;
  if (toHex(tree.root) !== entry.root)
    throw new DppError(
      "receipt/another-pack",
      "the ledger has other events under these counters than the store here",
    );
  return tree.proof(counter - entry.lo).path;
}

function packOf({ entry, signature }: Appended, before: readonly WrittenEntry[]): ReceiptPack {
  const { lo, hi, root, cmin, cmax, late } = entry;
  if (!isShown(entry, signature))
    throw new DppError(
      "receipt/unreadable",
      "the transaction that wrote the pack does not show its signatures in a form that a receipt can hold",
    );
  const { peaks } = before.map(leafIn).reduce(addToRange, emptyRange());
  return { lo, hi, root, cmin, cmax, late, signature, peaks: peaks.map(toHex) };
}

const isShown = ({ kind }: Appended["entry"], signature: string): boolean =>
  signature !== "" &&
  (kind === "append" || decodeParties(fromHex(signature)).every((party) => party.signature !== ""));

const leafIn = ({ entry }: WrittenEntry): Uint8Array => rangeLeaf(encodeEntry(entry));

/** The thread's present state, once it went on. */
async function stateOf(
  { ledger }: EventReading,
  { entries, now }: ThreadHistory,
  index: number,
): Promise<ReceiptState | null> {
  const { txHash } = now.utxo;
  if (txHash === entries[index]?.tx.hash) return null;
  const made = await ledger.transaction(txHash);
  if (made === null)
    throw new DppError("receipt/unreadable", `the thread's last transaction ${txHash} is not to be had`);
  const { path, peaks } = proveInRange(entries.map(leafIn), index);
  return { transaction: transactionFor(made.cbor, () => true, 1), path, peaks };
}

/** Null: the store has no payload of this event. */
function payloadOf({ payload, signed }: StoredEvent, config: string): ReceiptPayload | null {
  if (payload === null) return null;
  const record = decodePayload(payload);
  checkPayload(record, decodeLeaf(leafOf(signed)), config);
  return { leaves: record.leaves, elements: record.elements };
}
