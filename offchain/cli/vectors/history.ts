/**
 * Vectors of docs/spec/history.md: one history file that proves itself, and what is wrong with it after one byte or one entry is another. Its transactions are synthetic:
 * real bytes, hashes and signatures, which no ledger took; the keys are made from published seeds.
 */
import { toBlocks } from "../../src/adapters/content-blocks.js";
import { encodeHistoryFile, type HistoryFile } from "../../src/codec/history-file.js";
import { toHex } from "../../src/domain/bytes.js";
import { testClock } from "../../src/testing/actors.js";
import { SYNTHETIC_CONTRACTS, syntheticLedger } from "../../src/testing/synthetic-ledger.js";
import { SyntheticStory } from "../../src/testing/synthetic-story.js";
import { exportHistory } from "../../src/usecases/history/export.js";
import { outRefText } from "../../src/usecases/history/read.js";
import { type Trusted, verifyHistory } from "../../src/usecases/history/verify.js";

const contentId = async (bytes: Uint8Array): Promise<string> => (await toBlocks(bytes)).cid;

/** Faults of a file that is no longer what was exported: check and transaction of each. */
async function refused(what: string, file: HistoryFile, trusted: Trusted) {
  const { faults } = await verifyHistory(file, trusted, contentId);
  return { what, faults: faults.map(({ check, transaction }) => [check, transaction]) };
}

export async function historyVectors() {
  const story = await SyntheticStory.told("history vectors");
  const context = {
    ledger: syntheticLedger(story.life.transactions),
    contracts: SYNTHETIC_CONTRACTS,
    clock: testClock(),
    content: story.content,
  };
  const { file } = await exportHistory(context, story.life.id, { documents: true });
  const { entries, now } = await verifyHistory(file, {}, contentId);
  if (now?.state == null || now.owner === null) throw new Error("the story ends with a passport");
  const trusted: Trusted = { config: file.config, state: now.state, owner: now.owner };
  const { transactions } = file;
  const without = (nth: number) => transactions.filter((_, at) => at !== nth - 1);
  return {
    spec: "docs/spec/history.md",
    trusted: { config: file.config, state: outRefText(now.state), owner: outRefText(now.owner) },
    entries: entries.map(({ act, txHash, time, after }) => ({
      act,
      txHash,
      time,
      revision: after.datum?.extra.revision ?? null,
      status: after.datum?.extra.status ?? null,
      actionHead: after.datum?.extra.actionHead ?? null,
    })),
    refused: [
      await refused("without transaction 2", { ...file, transactions: without(2) }, trusted),
      await refused(
        "without the last transaction",
        { ...file, transactions: without(transactions.length) },
        trusted,
      ),
      await refused("of another deployment", file, { ...trusted, config: "11".repeat(28) }),
    ],
    file: toHex(encodeHistoryFile(file)),
  };
}
