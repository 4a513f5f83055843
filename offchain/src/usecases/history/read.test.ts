import { expect, it } from "vitest";
import { encodeActionRecord } from "../../codec/action-record.js";
import { blockCid } from "../../codec/content-id.js";
import { encodePassportDatum } from "../../codec/datum.js";
import { encodePassportSpend, type PassportSpend } from "../../codec/redeemer.js";
import type { ActionType } from "../../domain/action.js";
import { cidToHex } from "../../domain/cid.js";
import type { Cip68, Passport } from "../../domain/passport.js";
import { referenceUnit } from "../../domain/tokens.js";
import type { LedgerTx } from "../../ports/ledger.js";
import { testClock } from "../../testing/actors.js";
import { SYNTHETIC_CONTRACTS, syntheticLedger } from "../../testing/synthetic-ledger.js";
import { PASSPORT_POLICY, type RoleHolder, SyntheticLife } from "../../testing/synthetic-life.js";
import { stateAt } from "./archive.js";
import { readHistory } from "./read.js";
import { readRoleHistory, readStanding, standingAt } from "./roles.js";

const readingOf = (transactions: readonly LedgerTx[]) => ({
  ledger: syntheticLedger(transactions),
  contracts: SYNTHETIC_CONTRACTS,
  clock: testClock(),
});
const recordOf = (life: SyntheticLife, type: ActionType, actor: RoleHolder | null = null) => {
  const bytes = encodeActionRecord({
    config: SYNTHETIC_CONTRACTS.config.hash,
    passport: life.id,
    previous: life.passport.extra.actionHead,
    type,
    at: life.time,
    actor: actor === null ? null : life.name(actor),
    elements: [],
    sealed: [],
    handOver: null,
  });
  return cidToHex(blockCid(bytes));
};
const refusal = (code: string) => expect.objectContaining({ code });
const key = (life: SyntheticLife, person: "owner" | "buyer") => ({
  payment: { kind: "key" as const, hash: life.key(person).keyHash },
  stake: null,
});

it("tells the whole life of a passport, oldest first, with the fields of each act", async () => {
  const life = await SyntheticLife.begin();
  const changes = { dataRoot: "d1".repeat(32), content: `01551220${"e1".repeat(32)}` };
  await life.act({ act: "Update" }, { by: ["maker"], changes, form: "list" });
  await life.act(
    { act: "Transfer", to: key(life, "buyer"), record: recordOf(life, "transfer") },
    { ownerTo: "buyer" },
  );
  const record = recordOf(life, "theft");
  await life.act({ act: "Log", actor: null, record }, { ownerTo: "buyer" });
  await life.send("owner");
  await life.act(
    { act: "Amend", authority: life.name("authority") },
    { by: ["maker", "authority"], changes: { idCommit: "2d".repeat(32) } },
  );
  await life.act(
    { act: "Reassign", authority: life.name("authority") },
    { by: ["maker2", "authority"], changes: { issuer: life.name("maker2") } },
  );
  await life.act(
    { act: "Retire", recycler: life.name("recycler"), authority: null },
    { by: ["recycler"], ownerTo: "owner" },
  );
  await life.act({ act: "Erase", authority: life.name("authority") }, { by: ["authority"] });

  const { entries, now } = await readHistory(readingOf(life.transactions), life.id);
  expect(entries.map(({ act }) => act)).toEqual([
    "Issue",
    "Update",
    "Transfer",
    "Log",
    "Send",
    "Amend",
    "Reassign",
    "Retire",
    "Erase",
  ]);
  expect(entries[0]).toMatchObject({ predecessor: null, ownerBefore: null });
  expect(entries[2]).toMatchObject({
    to: key(life, "buyer"),
    ownerBefore: life.key("owner").address,
    after: { owner: { address: life.key("buyer").address } },
  });
  expect(entries[3]).toMatchObject({ actor: null, record });
  // A send leaves the state as it was.
  expect(entries[4]).toMatchObject({
    ownerBefore: life.key("buyer").address,
    after: { owner: { address: life.key("owner").address }, datum: { extra: { revision: 1 } } },
  });
  expect(entries[6]?.after.datum?.extra.issuer).toBe(life.name("maker2"));
  expect(entries[7]).toMatchObject({ recycler: life.name("recycler"), authority: null });
  // Burnt: no state is left, the ownership token is.
  expect(now).toMatchObject({ datum: null, state: null, owner: { address: life.key("owner").address } });
  expect(entries.map(({ time }) => time)).toEqual(entries.map(({ time }) => time).sort((a, b) => a - b));
});

it("names the authority and the reason of a revocation", async () => {
  const life = await SyntheticLife.begin();
  await life.act({ act: "Revoke", authority: life.name("authority"), reason: 5 }, { by: ["authority"] });
  const { entries } = await readHistory(readingOf(life.transactions), life.id);
  expect(entries.at(-1)).toMatchObject({ act: "Revoke", authority: life.name("authority"), reason: 5 });
});

it("puts the transactions of one block in the order in which they spend each other, whatever the ledger's", async () => {
  const life = await SyntheticLife.begin();
  await life.send("buyer");
  await life.act(
    { act: "Log", actor: life.name("maker"), record: recordOf(life, "loss", "maker") },
    { by: ["maker"] },
  );
  await life.send("owner");
  const setUp = life.transactions.slice(0, 2);
  const inOneBlock = life.transactions.slice(2).map((tx) => ({ ...tx, height: 3 }));
  const shuffled = [...setUp, ...inOneBlock.toReversed()];
  const acts = (await readHistory(readingOf(shuffled), life.id)).entries.map(({ act }) => act);
  expect(acts.indexOf("Issue")).toBe(0);
  expect(acts.filter((act) => act === "Send")).toHaveLength(2);
  expect(acts).not.toContain("Unreadable");
});

it("counts a send to the address where the token lay already as no change of hands", async () => {
  const life = await SyntheticLife.begin();
  await life.send("owner");
  await life.send("buyer");
  await life.send("buyer");
  const { entries, now } = await readHistory(readingOf(life.transactions), life.id);
  expect(entries.map(({ act }) => act)).toEqual(["Issue", "Send"]);
  expect(entries[1]).toMatchObject({
    ownerBefore: life.key("owner").address,
    after: { owner: { address: life.key("buyer").address } },
  });
  // Where the token lies now is where the last of them put it.
  expect(now.owner?.txHash).toBe(life.transactions.at(-1)?.hash);
});

it("does not mix up what one transaction did to two passports", async () => {
  const life = await SyntheticLife.begin();
  const [first, before] = [life.id, life.passport];
  await life.issue();
  const [second, after] = [life.id, life.passport];
  const state = (id: string) => life.state(referenceUnit(PASSPORT_POLICY, id));
  const acts = new Map<string, readonly [PassportSpend, Cip68<Passport>]>([
    [first, [{ act: "Update" }, { ...before, extra: { ...before.extra, revision: 1 } }]],
    [
      second,
      [
        { act: "Revoke", authority: life.name("authority"), reason: 4 },
        { ...after, extra: { ...after.extra, status: "Revoked" } },
      ],
    ],
  ]);
  // Outputs in the order of the ids, inputs in that of the ledger: not the same.
  const inputs = [first, second].map((id) => ({ id, ref: state(id).ref }));
  const sorted = inputs.toSorted((a, b) => (a.ref.txHash < b.ref.txHash ? -1 : 1));
  await life.append(
    {
      inputs: inputs.map(({ ref }) => ref),
      outputs: [...acts].map(([id, [, datum]]) => ({
        ...state(id).output,
        datum: encodePassportDatum(datum),
      })),
      redeemers: sorted.map(({ id }, index) => ({
        purpose: "spend",
        index,
        data: encodePassportSpend((acts.get(id) ?? [{ act: "Update" }])[0]),
      })),
    },
    [life.key("maker"), life.key("authority")],
  );
  const reading = readingOf(life.transactions);
  const told = async (id: string) => (await readHistory(reading, id)).entries.map(({ act }) => act);
  expect([await told(first), await told(second)]).toEqual([
    ["Issue", "Update"],
    ["Issue", "Revoke"],
  ]);
  expect((await readHistory(reading, second)).now.datum?.extra.status).toBe("Revoked");
});

it("calls a transaction unreadable and goes on, when its bytes, redeemer or datum are not ours", async () => {
  const life = await SyntheticLife.begin();
  await life.act({ act: "Update" }, { by: ["maker"] });
  await life.act({ act: "Update" }, { by: ["maker"] });
  const [middle, last] = life.transactions.slice(-2);
  if (middle === undefined || last === undefined) throw new Error("too short");
  // The redeemer's constructor becomes one that no contract has: the body stays.
  const forged = { ...middle, cbor: middle.cbor.replace("82d87980", "82d8ff80") };
  const acts = async (replacement: LedgerTx) => {
    const transactions = life.transactions.map((tx) => (tx === middle ? replacement : tx));
    return (await readHistory(readingOf(transactions), life.id)).entries;
  };
  expect(forged.cbor).not.toBe(middle.cbor);
  const entries = await acts(forged);
  expect(entries.map(({ act }) => act)).toEqual(["Issue", "Unreadable", "Update"]);
  expect(entries[2]?.after.datum?.extra.revision).toBe(2);
});

it("has no history of what was never issued", async () => {
  const life = await SyntheticLife.begin();
  const reading = readingOf(life.transactions);
  await expect(readHistory(reading, "00".repeat(28))).rejects.toThrow(refusal("passport/unknown"));
  await expect(readHistory(reading, "nonsense")).rejects.toThrow(refusal("passport/unknown"));
});

it("says since when and why an attestation is suspended or revoked, and what it was before", async () => {
  const life = await SyntheticLife.begin();
  const before = life.time;
  const suspended = await life.role("maker", { act: "Suspend", reason: 7 }, { status: "Suspended" });
  // What happens to the keys of a suspended holder does not change why he is suspended.
  await life.role("maker", { act: "Recover" }, { status: "Suspended", keyEpoch: 1 });
  const reading = readingOf(life.transactions);
  expect(await readStanding(reading, life.name("maker"))).toMatchObject({
    status: "Suspended",
    reason: 7,
    since: { txHash: suspended.hash, time: suspended.time },
  });
  const entries = await readRoleHistory(reading, life.name("maker"));
  expect(entries.map(({ change }) => change.act)).toEqual(["Issue", "Suspend", "Recover"]);
  expect(standingAt(life.name("maker"), entries, before)).toMatchObject({ status: "Active", reason: null });
  expect(await readStanding(reading, "00".repeat(20))).toBeNull();
});

it("finds the state of a moment: none before the issue, the last one of a burnt passport for ever", async () => {
  const life = await SyntheticLife.begin();
  const issued = life.time;
  await life.act({ act: "Update" }, { by: ["maker"] });
  const updated = life.time;
  await life.send("buyer");
  await life.act(
    { act: "Retire", recycler: life.name("recycler"), authority: null },
    { by: ["recycler"], ownerTo: "buyer" },
  );
  await life.act({ act: "Erase", authority: life.name("authority") }, { by: ["authority"] });
  const history = await readHistory(readingOf(life.transactions), life.id);
  expect(() => stateAt(history, issued - 1)).toThrow(refusal("archive/not-yet"));
  expect(stateAt(history, issued)).toMatchObject({
    datum: { extra: { revision: 0 } },
    until: { act: "Update" },
  });
  expect(stateAt(history, updated - 1).datum.extra.revision).toBe(0);
  expect(stateAt(history, updated + 1)).toMatchObject({
    entry: { act: "Update" },
    until: { act: "Retire" },
    burnt: false,
  });
  expect(stateAt(history, life.time + 1)).toMatchObject({
    datum: { extra: { status: "Retired", revision: 1 } },
    burnt: true,
    until: { act: "Erase" },
  });
});

it("knows under whose name a document was recorded, after the issuer has changed", async () => {
  const life = await SyntheticLife.begin();
  const by = ["maker2", "authority"] as const;
  await life.act(
    { act: "Reassign", authority: life.name("authority") },
    { by, changes: { issuer: life.name("maker2") } },
  );
  const history = await readHistory(readingOf(life.transactions), life.id);
  const state = stateAt(history, life.time);
  expect([state.datum.extra.issuer, state.sealedBy]).toEqual([life.name("maker2"), life.name("maker")]);
});
