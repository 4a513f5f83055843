import { ed25519 } from "@noble/curves/ed25519.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { decodeAttestationDatum, encodeAttestationDatum } from "../../codec/datum.js";
import { decodeLeaf, encodeLeaf, eventHash } from "../../codec/event.js";
import { packDigest } from "../../codec/pack.js";
import { decodeReceipt, encodeReceipt } from "../../codec/receipt.js";
import { readReceiptTransaction, transactionFor } from "../../codec/receipt-transaction.js";
import { encodeEntry } from "../../codec/thread-entry.js";
import { toHex } from "../../domain/bytes.js";
import { tierOf } from "../../domain/event.js";
import type { Receipt, ReceiptTransaction } from "../../domain/receipt.js";
import { referenceUnit } from "../../domain/tokens.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { packRoot } from "../../merkle/pack.js";
import { proveInRange, rangeLeaf } from "../../merkle/range.js";
import { eventSecret, packOf } from "../../testing/event-world.js";
import {
  anchorEvents,
  type ReceiptWorld,
  receiptWorld,
  rotateEventKey,
} from "../../testing/receipt-world.js";
import { syntheticTx } from "../../testing/synthetic-tx.js";
import { makeWorld } from "../../testing/world.js";
import { readTrustRoot } from "../trust-root.js";
import { makeReceipt } from "./receipt-make.js";
import { verifyReceipt } from "./receipt-verify.js";
import { readThreadHistory } from "./threads.js";

/** The second of two packs of a source that replaced its key in between, each of three events, and a third since. */
let here: ReceiptWorld;
let root: TrustRoot;
let honest: Receipt;
let neighbour: Receipt;
beforeAll(async () => {
  here = await receiptWorld((await makeWorld(blueprint)).fork());
  await anchorEvents(here, "supervisor", 3);
  await rotateEventKey(here.world, "supervisor", "second key");
  const events = await anchorEvents(here, "supervisor", 3, "second key");
  await anchorEvents(here, "supervisor", 1, "second key");
  root = await readTrustRoot(here.world);
  honest = (await makeReceipt(here.context, events[1]?.id ?? "")).receipt;
  neighbour = (await makeReceipt(here.context, events[2]?.id ?? "")).receipt;
});
afterAll(() => here.store.close());

/** Of the one source. */
const lifeOf = ({ attestations }: Receipt): readonly ReceiptTransaction[] =>
  attestations[0]?.transactions ?? [];
const withLife = (transactions: readonly ReceiptTransaction[]): Receipt => ({
  ...honest,
  attestations: honest.attestations.map((one) => ({ ...one, transactions })),
});

const failed = (receipt: Receipt, trusted: TrustRoot = root): readonly string[] => {
  const { ok, checks, facts } = verifyReceipt(encodeReceipt(receipt), trusted);
  if (!ok) expect(facts).toBeNull();
  return checks.filter((check) => check.ok === false).map(({ name }) => name);
};

describe("a receipt is refused by the check that it fails", () => {
  it("but the honest one is not", () => {
    expect(failed(honest)).toEqual([]);
    expect(honest.state).not.toBeNull();
    expect(lifeOf(honest)).toHaveLength(2);
  });

  it("under the trust root of another deployment, or of another network", () => {
    expect(failed(honest, { ...root, config: "11".repeat(28) })).toEqual(["deployment"]);
    expect(failed(honest, { ...root, network: "preview" })).toEqual(["deployment"]);
    expect(failed({ ...honest, config: "11".repeat(28) })).toEqual(["deployment"]);
  });

  it("under a trust root with other contracts", () => {
    expect(failed(honest, { ...root, roles: "11".repeat(28) })).toEqual(["authority"]);
    expect(failed(honest, { ...root, anchor: "11".repeat(28) })).toEqual(["append"]);
  });

  it("under a trust root with other slots, whose times are others", () => {
    const slots = { ...root.slots, zeroTime: root.slots.zeroTime + 1000 };
    expect(failed(honest, { ...root, slots })).toContain("append");
  });

  it("by a consortium of strangers", async () => {
    const { stranger, owner } = here.world.actors;
    const { source } = decodeLeaf(honest.leaf);
    const unit = referenceUnit(root.roles, source);
    const [issue] = lifeOf(honest).map(readReceiptTransaction);
    const output = issue?.outputs.find(({ assets }) => unit in assets);
    const config = root.configs[0]?.output ?? { txHash: "", outputIndex: 0 };
    const forgedBy = async (...signers: (typeof stranger)[]) => {
      const { cbor } = await syntheticTx(
        {
          inputs: [{ txHash: "ab".repeat(32), outputIndex: 0 }],
          referenceInputs: [config],
          mint: { [unit]: 1 },
          outputs: [{ address: output?.address ?? "", assets: { [unit]: 1 }, datum: output?.datum ?? "" }],
        },
        signers,
      );
      return withLife([transactionFor(cbor, () => true)]);
    };
    expect(failed(await forgedBy(stranger, owner))).toEqual(["authority"]);
    // The same by the quorum is an accreditation, to which this append does not refer.
    const { member1, member2 } = here.world.actors;
    const other = await forgedBy(member1, member2);
    expect(failed(other)).toEqual(["attestation", "signature", "append"]);
    // One member is no quorum, and a stranger beside the quorum is nobody who counts.
    expect(failed(await forgedBy(member1))).toEqual(["authority"]);
    expect(failed(await forgedBy(member1, member2, stranger))).toEqual(["authority"]);
  });

  it("under a trust root that names a consortium of strangers", () => {
    const strangers = { members: [here.world.actors.stranger.keyHash], threshold: 1 };
    const configs = root.configs.map((config) => ({ ...config, ...strangers }));
    expect(failed(honest, { ...root, configs })).toEqual(["authority"]);
  });

  it("with an attestation that somebody changed who may not", async () => {
    const { source } = decodeLeaf(honest.leaf);
    const unit = referenceUnit(root.roles, source);
    const [issue] = lifeOf(honest).map(readReceiptTransaction);
    const output = issue?.outputs.find(({ assets }) => unit in assets);
    const old = decodeAttestationDatum(output?.datum ?? "");
    const ref = { txHash: output?.txHash ?? "", outputIndex: output?.outputIndex ?? 0 };
    const [from, until] = [issue?.validity.from ?? 0, 100_000];
    const change = async (
      extra: Partial<typeof old.extra>,
      ...signers: (keyof typeof here.world.actors)[]
    ) => {
      const { cbor } = await syntheticTx(
        {
          inputs: [ref],
          outputs: [
            {
              address: output?.address ?? "",
              assets: { [unit]: 1 },
              datum: encodeAttestationDatum({ ...old, extra: { ...old.extra, ...extra } }),
            },
          ],
          validity: [from, until],
        },
        signers.map((name) => here.world.actors[name]),
      );
      return failed(withLife([lifeOf(honest)[0] as ReceiptTransaction, transactionFor(cbor, () => true)]));
    };
    const keys = { pk: "77".repeat(32), keyEpoch: 1 };
    expect(await change(keys, "stranger")).toEqual(["authority"]);
    // The quorum may, but says so under a config that the transaction refers to.
    expect(await change(keys, "member1", "member2")).toEqual(["authority"]);
    expect(await change({ kind: "Device" }, "supervisor")).toEqual(["authority"]);
    expect(await change({ status: "Suspended" }, "freezer")).toEqual(["authority"]);
  });

  it("with the attestation of another source, in another order, or not up to the one that was referred to", async () => {
    const [issue, rotation] = lifeOf(honest) as [Receipt["append"], Receipt["append"]];
    expect(failed(withLife([rotation, issue]))).toEqual(["authority"]);
    expect(failed(withLife([issue]))).toEqual(["attestation", "signature", "append"]);
    const { utxo } = await here.world.attestation("maker");
    const made = await here.world.ledger.transaction(utxo.txHash);
    const members = new Set(issue.signatures.map(({ publicKey }) => publicKey));
    const another = transactionFor(made?.cbor ?? "", (key) => members.has(key));
    expect(failed(withLife([another]))).toEqual(["authority"]);
  });

  it("with a tier or a role that the attestation does not give, though the source signed it", async () => {
    const leaf = decodeLeaf(honest.leaf);
    const lie = async (fields: Partial<typeof leaf>) => {
      const forged = encodeLeaf({ ...leaf, ...fields });
      const pack = { ...honest.pack, hi: honest.pack.lo + 1, root: toHex(packRoot([eventHash(forged)])) };
      const own = { ...pack, lo: leaf.counter, hi: leaf.counter + 1 };
      const header = { ...own, config: root.config, source: leaf.source, tier: tierOf("Individual") };
      const signature = toHex(ed25519.sign(packDigest(header), eventSecret("second key")));
      return failed({ ...honest, leaf: forged, path: [], pack: { ...own, signature } });
    };
    // What the thread's datum commits to is the honest pack.
    expect(await lie({ tier: "DEVICE_SIGNED" })).toEqual(["tier", "append"]);
    expect(await lie({ role: "STATION" })).toEqual(["tier", "append"]);
    expect(await lie({})).toEqual(["append"]);
  });

  it("with a pack that was signed under another tier, by another key, or for another deployment", async () => {
    const leaf = decodeLeaf(honest.leaf);
    const header = { ...honest.pack, config: root.config, source: leaf.source, tier: leaf.tier };
    const signedBy = (key: string, changes: Partial<typeof header> = {}) => {
      const signature = toHex(ed25519.sign(packDigest({ ...header, ...changes }), eventSecret(key)));
      return failed({ ...honest, pack: { ...honest.pack, signature } });
    };
    expect(signedBy("second key")).toEqual([]);
    expect(signedBy("second key", { tier: "DEVICE_SIGNED" })).toEqual(["signature"]);
    expect(signedBy("second key", { config: "11".repeat(28) })).toEqual(["signature"]);
    expect(signedBy("supervisor")).toEqual(["signature"]);
    expect(signedBy("anybody")).toEqual(["signature"]);
  });

  it("with the path of another leaf, or the leaf of another path", () => {
    expect(failed({ ...honest, path: neighbour.path })).toEqual(["pack"]);
    expect(failed({ ...honest, path: [] })).toEqual(["pack"]);
    expect(failed({ ...honest, path: honest.path.toReversed() })).toEqual(["pack"]);
    expect(failed({ ...honest, leaf: neighbour.leaf, payload: null })).toEqual(["pack"]);
  });

  it("with the payload of another event, or one that was altered", () => {
    expect(failed({ ...honest, payload: neighbour.payload })).toEqual(["payload"]);
    const [shown] = honest.payload?.elements ?? [];
    if (shown === undefined || honest.payload === null) throw new Error("the receipt shows nothing");
    const element = { ...shown.element, value: "sea" };
    const payload = { ...honest.payload, elements: [{ ...shown, element }] };
    expect(failed({ ...honest, payload })).toEqual(["payload"]);
  });

  it("with another append, other numbers, another mark or other peaks", async () => {
    expect(failed({ ...honest, append: neighbour.state?.transaction ?? honest.append })).toEqual(["append"]);
    const { pack } = honest;
    expect(failed({ ...honest, pack: { ...pack, late: !pack.late } })).toEqual(["append"]);
    expect(failed({ ...honest, pack: { ...pack, cmax: pack.cmax + 1 } })).toEqual(["signature", "append"]);
    expect(failed({ ...honest, pack: { ...pack, hi: pack.hi + 1 } })).toContain("append");
    expect(failed({ ...honest, pack: { ...pack, peaks: [] } })).toEqual(["append"]);
    expect(failed({ ...honest, pack: { ...pack, peaks: pack.peaks.map(() => "00".repeat(32)) } })).toEqual([
      "append",
    ]);
    const { root: another } = await packOf(here.world, "station");
    expect(failed({ ...honest, pack: { ...pack, root: another } })).toContain("pack");
  });

  it("with a stale proof of the later state, the proof of another entry, or the state of before", async () => {
    const { state } = honest;
    if (state === null) throw new Error("the receipt has no later state");
    const { entries } = await readThreadHistory(here.context, decodeLeaf(honest.leaf).source);
    const leaves = entries.map(({ entry }) => rangeLeaf(encodeEntry(entry)));
    const proven = (seq: number, index: number) => {
      const { path, peaks } = proveInRange(leaves.slice(0, seq), index);
      return failed({ ...honest, state: { ...state, path, peaks } });
    };
    expect(proven(3, 1)).toEqual([]);
    expect(proven(2, 1)).toEqual(["state"]);
    expect(proven(3, 0)).toEqual(["state"]);
    expect(proven(3, 2)).toEqual(["state"]);
    const before = transactionFor(entries[0]?.tx.cbor ?? "", () => true, 1);
    expect(failed({ ...honest, state: { ...state, transaction: before } })).toEqual(["state"]);
    // What makes no state of the thread at all.
    const rotation = lifeOf(honest)[1] as Receipt["append"];
    expect(failed({ ...honest, state: { ...state, transaction: rotation } })).toEqual(["state"]);
  });

  it("with signatures that are not over the body", () => {
    const [signature] = lifeOf(neighbour)[1]?.signatures ?? [];
    if (signature === undefined) throw new Error("the rotation has no signature");
    expect(failed({ ...honest, append: { ...honest.append, signatures: [signature] } })).toEqual(["form"]);
  });

  it("in another form of the same", () => {
    const bytes = encodeReceipt(honest);
    expect(decodeReceipt(bytes)).toEqual(honest);
    const longer = new Uint8Array([...bytes, 0]);
    for (const forged of [longer, bytes.subarray(1), bytes.subarray(0, -1), new Uint8Array()])
      expect(verifyReceipt(forged, root).checks.find(({ ok }) => ok === false)?.name).toBe("form");
  });
});
