/** Gathers a passport's history into a file that proves itself (docs/spec/history.md "File"). Reads only. */
import type { HistoryBlob, HistoryFile, HistoryTransaction } from "../../codec/history-file.js";
import { bindsRedeemers, languageView } from "../../codec/ledger-cbor/script-data.js";
import { readSigned } from "../../codec/ledger-cbor/signed.js";
import { MAX_RECORD_BYTES } from "../../domain/action.js";
import { fromHex } from "../../domain/bytes.js";
import { cidFromHex } from "../../domain/cid.js";
import { MAX_DOCUMENT_BYTES } from "../../domain/document.js";
import { isDppError } from "../../domain/errors.js";
import { configUnit } from "../../tx/contracts.js";
import type { Context, Reading } from "../context.js";
import type { FoldStep } from "./fold.js";
import { type ReadPast, readPast } from "./order.js";
import { readSteps } from "./read.js";
import { recordPlaces } from "./records.js";

export interface ExportOptions {
  /** With the sealed document of every revision. */
  readonly documents?: boolean;
  readonly read?: ReadPast;
}

export interface ExportedHistory {
  readonly file: HistoryFile;
  /** Content ids that are not on the content store, or that it cannot give. */
  readonly missing: readonly string[];
}

/** So many blobs or transactions are asked for at a time. */
const AT_ONCE = 8;

/** @throws DppError `passport/unknown`, `passport/pending`, `history/too-long`, `ledger/*`. */
export async function exportHistory(
  context: Reading & Pick<Context, "content">,
  id: string,
  options: ExportOptions = {},
): Promise<ExportedHistory> {
  const steps = await readSteps(context, id, options.read ?? readPast);
  return exportSteps(context, id, steps, options);
}

/** The same of steps that were read already. */
export async function exportSteps(
  context: Reading & Pick<Context, "content">,
  id: string,
  steps: readonly FoldStep[],
  { documents = false }: Pick<ExportOptions, "documents"> = {},
): Promise<ExportedHistory> {
  const { ledger, contracts } = context;
  const { costModels } = await ledger.protocolParameters();
  const view = languageView(costModels.PlutusV3);
  const { zeroTime, zeroSlot, slotLength } = ledger.slotConfig;
  const missing: string[] = [];
  const entries = steps.map(({ entry }) => entry);
  const recordIds = recordPlaces(entries).flatMap(({ cid }) => cid ?? []);
  const contents = entries.flatMap(({ after }) => after.datum?.extra.content ?? []);
  const documentIds = documents ? [...new Set(contents)].map(cidFromHex) : [];
  return {
    file: {
      network: ledger.network,
      config: contracts.config.hash,
      roles: contracts.roles.hash,
      policy: contracts.passport.hash,
      passport: id,
      slots: { zeroTime, zeroSlot, slotLength },
      transactions: steps.map((step) => transactionOf(step, view)),
      references: await referencesOf(context, steps),
      views: [view],
      records: await blobs(context, recordIds, MAX_RECORD_BYTES, missing),
      documents: await blobs(context, documentIds, MAX_DOCUMENT_BYTES, missing),
    },
    missing,
  };
}

function transactionOf({ past: { tx, signed } }: FoldStep, view: Uint8Array): HistoryTransaction {
  const runsScripts = signed !== null && signed.scriptDataHash !== null;
  return {
    cbor: fromHex(tx.cbor),
    slot: tx.slot,
    height: tx.height,
    view: runsScripts && bindsRedeemers(signed, view) ? 0 : null,
  };
}

/** Of what the transactions refer to, those with attestations and the config: they tell who was accredited at that moment. */
async function referencesOf(
  { ledger, contracts }: Pick<Reading, "ledger" | "contracts">,
  steps: readonly FoldStep[],
): Promise<readonly Uint8Array[]> {
  const own = new Set(steps.map(({ past }) => past.tx.hash));
  const hashes = new Set(
    steps.flatMap(({ past }) => past.signed?.referenceInputs.map(({ txHash }) => txHash) ?? []),
  );
  const found = await inBatches(
    [...hashes].filter((hash) => !own.has(hash)),
    async (hash) => {
      const tx = await ledger.transaction(hash);
      return tx !== null && isOfDeployment(tx.cbor, [configUnit(contracts), contracts.roles.hash])
        ? [fromHex(tx.cbor)]
        : [];
    },
  );
  return found.flat();
}

function isOfDeployment(cbor: string, prefixes: readonly string[]): boolean {
  try {
    const units = readSigned(cbor).outputs.flatMap(({ assets }) => Object.keys(assets));
    return units.some((unit) => prefixes.some((prefix) => unit.startsWith(prefix)));
  } catch (error) {
    if (isDppError(error, "ledger/bad-transaction")) return false;
    throw error;
  }
}

async function blobs(
  { content }: Pick<Context, "content">,
  cids: readonly string[],
  maxBytes: number,
  missing: string[],
): Promise<readonly HistoryBlob[]> {
  const found = await inBatches([...new Set(cids)], async (cid): Promise<HistoryBlob[]> => {
    try {
      const bytes = await content.get(cid, { maxBytes });
      if (bytes !== null && bytes.length > 0) return [{ cid, bytes }];
    } catch (error) {
      // Whatever somebody put under a content id of the chain, the history goes on without it.
      if (!isDppError(error)) throw error;
    }
    missing.push(cid);
    return [];
  });
  return found.flat();
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  return done;
}
