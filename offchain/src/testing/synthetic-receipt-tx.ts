/** Transactions of synthetic receipts: a rotation, the issue of attestations, what writes a thread. The same on every run. */
import { encodeAttestationDatum, encodeConfigDatum, encodeThreadDatum } from "../codec/datum.js";
import { readReceiptTransaction, transactionFor } from "../codec/receipt-transaction.js";
import type { Config } from "../domain/config.js";
import type { OutRef } from "../domain/out-ref.js";
import type { Thread } from "../domain/pack.js";
import type { ReceiptTransaction } from "../domain/receipt.js";
import { CONFIG_TOKEN, referenceUnit } from "../domain/tokens.js";
import type { TrustRoot } from "../domain/trust-root.js";
import type { Signer } from "../ports/signer.js";
import type { Contracts } from "../tx/contracts.js";
import { needsTable, tableOutputs } from "../tx/tables.js";
import { actor } from "./actors.js";
import {
  ANCHOR_ADDRESS,
  ANCHOR_POLICY,
  CONFIG_ADDRESS,
  CONFIG_POLICY,
  ROLES_ADDRESS,
  ROLES_POLICY,
  scriptAddress,
  ZERO_TIME,
} from "./synthetic-life.js";
import type { SyntheticSigner, SyntheticSigners } from "./synthetic-signers.js";
import { type SyntheticTx, syntheticTx } from "./synthetic-tx.js";

const JOINT_POLICY = "d1".repeat(28);
const P256_SCRIPT = "d2".repeat(28);
const COIN: OutRef = { txHash: "c0".repeat(32), outputIndex: 0 };
/** G's table and those of keys, wherever they lie. */
const BASE_TABLE: OutRef = { txHash: "7a".repeat(32), outputIndex: 0 };
/** One slot is a second. */
export const [FROM, UNTIL] = [10_000, 11_000];

const bare = async (tx: SyntheticTx, signers: readonly Signer[]): Promise<ReceiptTransaction> =>
  transactionFor((await syntheticTx(tx, signers)).cbor, () => true);

export const outputOf = (transaction: ReceiptTransaction): OutRef => ({
  txHash: readReceiptTransaction(transaction).hash,
  outputIndex: 0,
});

const SCRIPTS = {
  anchor: ANCHOR_POLICY,
  joint: JOINT_POLICY,
  p256: P256_SCRIPT,
  passport: "70".repeat(28),
  roles: ROLES_POLICY,
};
const [ANNA, BEN, CHEN, PAYER] = ["anna", "ben", "chen", "payer"].map((name) =>
  actor(`receipts: ${name}`),
) as [Signer, Signer, Signer, Signer];
const FOUNDED: Config = {
  members: [ANNA.keyHash, BEN.keyHash],
  threshold: 2,
  freezeKeys: [CHEN.keyHash],
  scripts: SCRIPTS,
  successor: null,
};
const FIRST: OutRef = { txHash: "f0".repeat(32), outputIndex: 0 };

/** Names the consortium before the rotation. */
export const ROOT: TrustRoot = {
  network: "embedded",
  config: CONFIG_POLICY,
  roles: ROLES_POLICY,
  anchor: ANCHOR_POLICY,
  joint: JOINT_POLICY,
  p256: P256_SCRIPT,
  slots: { zeroTime: ZERO_TIME, zeroSlot: 0, slotLength: 1000 },
  configs: [{ output: FIRST, members: FOUNDED.members, threshold: 2, freezeKeys: FOUNDED.freezeKeys }],
};

/** What the rotation makes. */
export const rotatedConfig = (): Config => ({
  ...FOUNDED,
  members: [BEN.keyHash, CHEN.keyHash],
  freezeKeys: [ANNA.keyHash],
});

export function rotate(): Promise<ReceiptTransaction> {
  const output = {
    address: CONFIG_ADDRESS,
    assets: { [CONFIG_POLICY + CONFIG_TOKEN]: 1 },
    datum: encodeConfigDatum(rotatedConfig()),
  };
  return bare({ inputs: [FIRST, COIN], outputs: [output] }, [ANNA, BEN, CHEN]);
}

/** As much of a deployment as an address needs. */
const PLACE = { network: "embedded", config: { hash: CONFIG_POLICY } } as Contracts;

/** With the table of the key, as a real issue writes it. */
export function issue(
  { name, attestation }: SyntheticSigner,
  config: OutRef,
  title = `Example ${attestation.role.toLowerCase()}`,
): Promise<ReceiptTransaction> {
  const unit = referenceUnit(ROLES_POLICY, name);
  const metadata = { name: title, image: "ipfs://bafkreiexample" };
  const datum = encodeAttestationDatum({ metadata, extra: attestation });
  const tables = tableOutputs(PLACE, [attestation]).map((table) => ({
    address: table.address,
    datum: table.datum ?? "",
  }));
  return bare(
    {
      inputs: [COIN],
      referenceInputs: [config],
      mint: { [unit]: 1 },
      outputs: [{ address: ROLES_ADDRESS, assets: { [unit]: 1 }, datum }, ...tables],
    },
    [BEN, CHEN],
  );
}

export function threadTx(
  { isJoint, all }: SyntheticSigners,
  datum: Thread,
  before: OutRef,
  referenceInputs: readonly OutRef[],
): Promise<ReceiptTransaction> {
  const script = isJoint ? JOINT_POLICY : ANCHOR_POLICY;
  const address = isJoint ? scriptAddress(JOINT_POLICY) : ANCHOR_ADDRESS;
  const keys = all.filter(({ attestation }) => needsTable(attestation));
  const tables = keys.map((_, at) => ({ ...BASE_TABLE, outputIndex: at + 1 }));
  return bare(
    {
      inputs: [before, COIN],
      referenceInputs: [...referenceInputs, ...(keys.length > 0 ? [BASE_TABLE, ...tables] : [])],
      ...(keys.length > 0 && { withdrawals: { [P256_SCRIPT]: 0 } }),
      outputs: [{ address, assets: { [script + datum.source]: 1 }, datum: encodeThreadDatum(datum) }],
      validity: [FROM, UNTIL],
    },
    [PAYER],
  );
}
