/** Receipts of what the contracts took: under P-256 and WebAuthn keys, and of joint packs. Forgeries: `receipt-forms.test.ts`, `receipt-joint.test.ts`. */
import { describe, expect, it } from "vitest";
import { eventId } from "../../codec/event.js";
import { encodeReceipt } from "../../codec/receipt.js";
import type { Receipt } from "../../domain/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { EVIDENCE, transportInput } from "../../testing/event-context.js";
import { eachInEventSetting } from "../../testing/event-setting.js";
import { eventSigner } from "../../testing/event-world.js";
import { jointFile, jointGroup } from "../../testing/joint-world.js";
import { accreditP256, keySigner } from "../../testing/p256-world.js";
import type { EmbeddedWorld } from "../../testing/world.js";
import { wholeSlots } from "../../tx/anchor.js";
import { planRotateKeys, planSuspend } from "../../tx/roles.js";
import { readAttestation } from "../resolve.js";
import { readConfigs, readTrustRoot, trustRootOf } from "../trust-root.js";
import type { EventContext } from "./context.js";
import { readersOfEvent } from "./readers.js";
import { askLedger } from "./receipt-ledger.js";
import { makeReceipt } from "./receipt-make.js";
import { verifyReceipt } from "./receipt-verify.js";
import { recordEvents } from "./record.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";
import { takeIn } from "./take-in.js";
import { readThreadHistory } from "./threads.js";

let world: EmbeddedWorld;
let context: EventContext;
eachInEventSetting((setting) => {
  ({ world, context } = setting);
});

async function anchor(): Promise<void> {
  const { anchored, held } = await relay(context, world.actors.stranger, { worker: "receipts" });
  expect([anchored.length, held]).toEqual([1, []]);
}

/** Ids of the events of a new pack, on the ledger. */
async function anchoredBy(name: string, signer: ReturnType<typeof keySigner>, count: number) {
  const source = await readAttestation(world, name);
  if (source === null) throw new Error("the world lacks the source");
  const { keys } = await readersOfEvent(world, name);
  const recording = { source, signer, readers: keys, evidence: () => EVIDENCE };
  const inputs = Array.from({ length: count }, () => transportInput());
  const events = await recordEvents(context, recording, inputs);
  await sealPacks(context, source, signer);
  await anchor();
  return events.map(({ id }) => id);
}

describe("a receipt of what a P-256 key signed", () => {
  it.each([
    ["meter", "P-256", "DEVICE_SIGNED"],
    ["tablet", "WebAuthn", "INDIVIDUAL_SIGNED"],
  ] as const)("verifies, offline and online: of a %s", async (source, form, tier) => {
    const { name } = await accreditP256(world, source, "owner");
    const [, second] = await anchoredBy(name, keySigner(source), 3);
    const { bytes, root } = await makeReceipt(context, second ?? "");
    expect(root).toEqual(await readTrustRoot(world));
    expect([root.p256, root.joint]).toEqual([world.contracts.p256.hash, world.contracts.joint.hash]);
    const { facts, checks } = verifyReceipt(bytes, root);
    expect(checks.flatMap((check) => (check.ok === true ? [] : [check.name]))).toEqual(["state", "ledger"]);
    expect(facts?.signers).toMatchObject([{ name, form }]);
    expect(facts?.leaf.tier).toBe(tier);
    const online = await askLedger(context, root, verifyReceipt(bytes, root));
    expect(online).toMatchObject({ ok: true, standings: [{ name, standing: { status: "Active" } }] });
    // The thread goes on.
    await anchoredBy(name, keySigner(source), 1);
    const anew = await makeReceipt(context, second ?? "");
    const { now } = await readThreadHistory(context, name);
    const state = { txHash: now.utxo.txHash, outputIndex: now.utxo.outputIndex };
    const held = verifyReceipt(anew.bytes, root, { state });
    expect(held.checks.filter(({ ok }) => ok !== true)).toEqual([]);
  });
});

describe("a receipt of a source that changed the form of its key", () => {
  it("verifies with the change, which its holder signed", async () => {
    const name = world.roles.get("supervisor") ?? "";
    const [before] = await anchoredBy(name, eventSigner("supervisor"), 1);
    const old = await readAttestation(world, name);
    if (old === null) throw new Error("the world lacks the source");
    const { alg, publicKey: pk } = keySigner("tablet");
    const keys = { holder: old.holder, alg, pk, encPk: old.encPk };
    const validity = wholeSlots(world.ledger.slotConfig, world.validity());
    const change = planRotateKeys(world.contracts, await world.deployment(), old.utxo, keys, validity);
    await world.accept(change, world.actors.supervisor);
    const [after] = await anchoredBy(name, keySigner("tablet"), 1);
    const made = [await makeReceipt(context, before ?? ""), await makeReceipt(context, after ?? "")];
    expect(made.map(({ signers }) => signers[0]?.form)).toEqual(["Ed25519", "WebAuthn"]);
    expect(made.map(({ receipt }) => receipt.attestations[0]?.transactions.length)).toEqual([1, 2]);
    // Each is of its own key.
    const [first, second] = made.map(({ receipt }) => receipt);
    const mixed = encodeReceipt({ ...(second as Receipt), attestations: first?.attestations ?? [] });
    const { checks } = verifyReceipt(mixed, made[1]?.root as TrustRoot);
    expect(checks.filter(({ ok }) => ok === false).map(({ name: check }) => check)).toEqual([
      "attestation",
      "signature",
      "append",
    ]);
  });
});

describe("a receipt of a joint pack", () => {
  const idOf = (thread: string, counter: number) => eventId(world.contracts.config.hash, thread, counter);

  it("verifies with each party's attestation, offline and online, and says the standing of each", async () => {
    const { thread, lab, maker, supervisor } = await jointGroup(world, context);
    await takeIn(context, await jointFile(context, thread, [supervisor, lab, maker]));
    await anchor();
    const id = idOf(thread, 0);
    const first = await makeReceipt(context, id);
    const { root } = first;
    const names = [lab, maker, supervisor].map(({ name }) => name).toSorted();
    expect(first.receipt.attestations.map(({ name }) => name)).toEqual(names);
    const { facts, checks } = verifyReceipt(first.bytes, root);
    expect(checks.flatMap((check) => (check.ok === true ? [] : [check.name]))).toEqual(["state", "ledger"]);
    expect(facts?.leaf).toMatchObject({ role: "SUPERVISOR", tier: "MULTI_PARTY_SIGNED", type: "grade" });
    expect(facts?.signers.map(({ role, form }) => [role, form])).toEqual([
      ["LAB", "Ed25519"],
      ["MANUFACTURER", "P-256"],
      ["SUPERVISOR", "Ed25519"],
    ]);
    // Another pack of fewer, and a party that is suspended since.
    await takeIn(context, await jointFile(context, thread, [lab, supervisor]));
    await anchor();
    const { utxo } = (await readAttestation(world, lab.name)) ?? { utxo: null };
    if (utxo === null) throw new Error("the world lacks the party");
    const { freezer } = world.actors;
    const suspension = planSuspend(world.contracts, await world.deployment(), utxo, freezer.keyHash, 1);
    await world.accept(suspension, freezer);
    const anew = await makeReceipt(context, id);
    const { now } = await readThreadHistory(context, thread);
    const state = { txHash: now.utxo.txHash, outputIndex: now.utxo.outputIndex };
    const held = verifyReceipt(anew.bytes, root, { state });
    expect(held.checks.filter(({ ok }) => ok !== true)).toEqual([]);
    const online = await askLedger(context, root, verifyReceipt(anew.bytes, root));
    expect(online.ok).toBe(true);
    expect(online.standings?.map(({ standing }) => standing?.status)).toEqual([
      "Suspended",
      "Active",
      "Active",
    ]);
    const second = await makeReceipt(context, idOf(thread, 1));
    expect(second.receipt.attestations).toHaveLength(2);
    expect(verifyReceipt(second.bytes, root).ok).toBe(true);
    // What one pack's parties signed is nothing in the other's receipt.
    const swapped = {
      ...first.receipt,
      pack: { ...first.receipt.pack, signature: second.receipt.pack.signature },
    };
    const refused = verifyReceipt(encodeReceipt(swapped), root);
    expect(refused.checks.filter(({ ok }) => ok === false).map(({ name }) => name)).toEqual(["signature"]);
  });
});

describe("the trust root of a deployment", () => {
  it("names the scripts that its config names, null those that it lacks, and none of another deployment", async () => {
    const configs = await readConfigs(world);
    const rootWith = (change: Partial<Record<"joint" | "p256", string | null>>) => {
      const changed = configs.map((written) => {
        const scripts = Object.entries({ ...written.config.scripts, ...change });
        const named = scripts.flatMap(([name, hash]) => (hash === null ? [] : [[name, hash] as const]));
        return { ...written, config: { ...written.config, scripts: Object.fromEntries(named) } };
      });
      return trustRootOf(world, changed);
    };
    const { joint, p256 } = world.contracts;
    expect(rootWith({})).toMatchObject({ joint: joint.hash, p256: p256.hash });
    expect(rootWith({ joint: null })).toMatchObject({ joint: null, p256: p256.hash });
    expect(rootWith({ joint: null, p256: null })).toMatchObject({ joint: null, p256: null });
    for (const name of ["joint", "p256"] as const)
      expect(() => rootWith({ [name]: "11".repeat(28) })).toThrow(
        expect.objectContaining({ code: "trust-root/config" }),
      );
  });
});
