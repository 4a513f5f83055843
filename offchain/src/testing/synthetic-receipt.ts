/** A receipt from nothing: real bytes, hashes and signatures in the ledger's format, of which no ledger was asked. The same on every run, for vectors and benchmarks. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { encodeAttestationDatum, encodeConfigDatum, encodeThreadDatum } from "../codec/datum.js";
import { eventHash } from "../codec/event.js";
import { packDigest } from "../codec/pack.js";
import { readReceiptTransaction, transactionFor } from "../codec/receipt-transaction.js";
import { encodeEntry } from "../codec/thread-entry.js";
import type { Attestation } from "../domain/attestation.js";
import { toHex, utf8 } from "../domain/bytes.js";
import type { Config } from "../domain/config.js";
import type { OutRef } from "../domain/out-ref.js";
import type { PackHeader, Thread } from "../domain/pack.js";
import type { Receipt, ReceiptTransaction } from "../domain/receipt.js";
import { CONFIG_TOKEN, referenceUnit, roleName } from "../domain/tokens.js";
import type { TrustRoot } from "../domain/trust-root.js";
import { elementLeaf } from "../merkle/document.js";
import { payloadHash } from "../merkle/event-payload.js";
import { packTree } from "../merkle/pack.js";
import { addToRange, emptyRange, proveInRange, rangeHash, rangeLeaf } from "../merkle/range.js";
import type { Signer } from "../ports/signer.js";
import { actor } from "./actors.js";
import { eventSecret, eventSigner, leavesOf } from "./event-world.js";
import {
  ANCHOR_ADDRESS,
  ANCHOR_POLICY,
  CONFIG_ADDRESS,
  CONFIG_POLICY,
  ROLES_ADDRESS,
  ROLES_POLICY,
  ZERO_TIME,
} from "./synthetic-life.js";
import { type SyntheticTx, syntheticTx } from "./synthetic-tx.js";

const KEY = "source of synthetic receipts";
const SOURCE = `${toHex(utf8(roleName("SUPERVISOR")))}${"5a".repeat(12)}`;
const HOUR = 3_600_000;
const COIN: OutRef = { txHash: "c0".repeat(32), outputIndex: 0 };
/** One slot is a second. */
const [FROM, UNTIL] = [10_000, 11_000];

export interface SyntheticReceipt {
  readonly receipt: Receipt;
  readonly root: TrustRoot;
  /** Output of the thread after the receipt's later state. */
  readonly state: OutRef;
}

const bare = async (tx: SyntheticTx, signers: readonly Signer[]): Promise<ReceiptTransaction> =>
  transactionFor((await syntheticTx(tx, signers)).cbor, () => true);

const outputOf = (transaction: ReceiptTransaction): OutRef => ({
  txHash: readReceiptTransaction(transaction).hash,
  outputIndex: 0,
});

/** Event 1 of a pack of `count`, by a source whose consortium rotated before it was accredited, with a later state of its thread. */
export async function syntheticReceipt(count: number): Promise<SyntheticReceipt> {
  const [anna, ben, chen, payer] = ["anna", "ben", "chen", "payer"].map((name) => actor(`receipts: ${name}`));
  if (anna === undefined || ben === undefined || chen === undefined || payer === undefined)
    throw new Error("no actors");
  const scripts = { anchor: ANCHOR_POLICY, passport: "70".repeat(28), roles: ROLES_POLICY };
  const founded: Config = {
    members: [anna.keyHash, ben.keyHash],
    threshold: 2,
    freezeKeys: [chen.keyHash],
    scripts,
    successor: null,
  };
  const rotated = { ...founded, members: [ben.keyHash, chen.keyHash], freezeKeys: [anna.keyHash] };
  const first: OutRef = { txHash: "f0".repeat(32), outputIndex: 0 };
  const rotation = await bare(
    {
      inputs: [first, COIN],
      outputs: [
        {
          address: CONFIG_ADDRESS,
          assets: { [CONFIG_POLICY + CONFIG_TOKEN]: 1 },
          datum: encodeConfigDatum(rotated),
        },
      ],
    },
    [anna, ben, chen],
  );
  const attestation: Attestation = {
    role: "SUPERVISOR",
    kind: "Individual",
    holder: chen.keyHash,
    alg: 1,
    pk: eventSigner(KEY).publicKey,
    encPk: "42".repeat(32),
    operator: "gln:9506000134352",
    place: "",
    status: "Active",
    validFrom: ZERO_TIME,
    validTo: ZERO_TIME + 1000 * HOUR,
    maxDelay: 200 * HOUR,
    keyring: "",
    keyEpoch: 0,
  };
  const attested = referenceUnit(ROLES_POLICY, SOURCE);
  const issue = await bare(
    {
      inputs: [COIN],
      referenceInputs: [outputOf(rotation)],
      mint: { [attested]: 1 },
      outputs: [
        {
          address: ROLES_ADDRESS,
          assets: { [attested]: 1 },
          datum: encodeAttestationDatum({
            metadata: { name: "Example supervisor", image: "ipfs://bafkreiexample" },
            extra: attestation,
          }),
        },
      ],
    },
    [ben, chen],
  );
  const element = { id: "event.transport.mode", type: "string", value: "road", unit: null } as const;
  const shown = { index: 0, element, salt: new Uint8Array(32).fill(7) };
  const payloadLeaves = [elementLeaf(element, shown.salt)];
  const captured = ZERO_TIME + FROM * 1000 - HOUR;
  const leaves = leavesOf(
    SOURCE,
    attestation,
    { lo: 0, count, captured },
    {
      type: "transport",
      payload: payloadHash(payloadLeaves),
    },
  );
  const tree = packTree(leaves.map(eventHash));
  const header: PackHeader = {
    config: CONFIG_POLICY,
    source: SOURCE,
    tier: "INDIVIDUAL_SIGNED",
    lo: 0,
    hi: count,
    root: toHex(tree.root),
    cmin: captured,
    cmax: captured + count - 1,
  };
  const { lo, hi, root, cmin, cmax, tier } = header;
  const until = ZERO_TIME + UNTIL * 1000;
  const entry = encodeEntry({
    kind: "append",
    ...{ lo, hi, root, cmin, cmax, tier, until, pk: attestation.pk },
    late: false,
  });
  const entries = [entry, encodeEntry({ kind: "gap", lo: count, hi: count + 5, reason: 1 })].map(rangeLeaf);
  const ranges = [1, 2].map((seq) => entries.slice(0, seq).reduce(addToRange, emptyRange()));
  const thread: Thread = {
    source: SOURCE,
    seq: 1,
    next: hi,
    history: toHex(rangeHash(ranges[0] ?? emptyRange())),
    lastCmax: cmax,
    total: count,
    closed: false,
  };
  const threadTx = (datum: Thread, before: OutRef, referenceInputs: readonly OutRef[]) =>
    bare(
      {
        inputs: [before, COIN],
        referenceInputs,
        outputs: [
          {
            address: ANCHOR_ADDRESS,
            assets: { [ANCHOR_POLICY + SOURCE]: 1 },
            datum: encodeThreadDatum(datum),
          },
        ],
        validity: [FROM, UNTIL],
      },
      [payer],
    );
  const opened: OutRef = { txHash: "0a".repeat(32), outputIndex: 1 };
  const append = await threadTx(thread, opened, [outputOf(rotation), outputOf(issue)]);
  const history = toHex(rangeHash(ranges[1] ?? emptyRange()));
  const gap = { ...thread, seq: 2, next: count + 5, history };
  const later = await threadTx(gap, outputOf(append), [outputOf(rotation)]);
  const { path, peaks } = proveInRange(entries, 0);
  const at = Math.min(1, count - 1);
  return {
    receipt: {
      network: "embedded",
      config: CONFIG_POLICY,
      leaf: leaves[at] ?? new Uint8Array(),
      path: tree.proof(at).path,
      pack: {
        ...{ lo, hi, root, cmin, cmax, late: false, peaks: [] },
        signature: toHex(ed25519.sign(packDigest(header), eventSecret(KEY))),
      },
      append,
      attestation: [issue],
      rotations: [rotation],
      state: { transaction: later, path, peaks },
      payload: { leaves: payloadLeaves, elements: [shown] },
    },
    root: {
      network: "embedded",
      config: CONFIG_POLICY,
      roles: ROLES_POLICY,
      anchor: ANCHOR_POLICY,
      slots: { zeroTime: ZERO_TIME, zeroSlot: 0, slotLength: 1000 },
      configs: [{ output: first, members: founded.members, threshold: 2, freezeKeys: founded.freezeKeys }],
    },
    state: outputOf(later),
  };
}
