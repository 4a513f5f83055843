import { beforeAll, describe, expect, it } from "vitest";
import { blockCid } from "../../codec/content-id.js";
import { decodeHistoryFile, encodeHistoryFile, type HistoryFile } from "../../codec/history-file.js";
import { historyFileToJson, parseHistoryFile } from "../../codec/history-file-json.js";
import { readSigned } from "../../codec/ledger-cbor/signed.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { PUBLIC_SLOTS } from "../../domain/public-slots.js";
import { CONFIG_TOKEN, referenceUnit } from "../../domain/tokens.js";
import { testClock } from "../../testing/actors.js";
import { SYNTHETIC_CONTRACTS, syntheticLedger } from "../../testing/synthetic-ledger.js";
import {
  CONFIG_POLICY,
  COST_MODEL,
  ROLES_POLICY,
  SyntheticLife,
  VIEW,
} from "../../testing/synthetic-life.js";
import { SyntheticStory } from "../../testing/synthetic-story.js";
import { exportHistory } from "./export.js";
import { readHistory } from "./read.js";
import { type Trusted, verifyHistory } from "./verify.js";

let file: HistoryFile;
let trusted: Required<Omit<Trusted, "time">>;
const contextOf = (story: SyntheticStory) => ({
  ledger: syntheticLedger(story.life.transactions),
  contracts: SYNTHETIC_CONTRACTS,
  clock: testClock(),
  content: story.content,
});
beforeAll(async () => {
  const story = await SyntheticStory.told();
  const context = contextOf(story);
  const exported = await exportHistory(context, story.life.id, { documents: true });
  expect(exported.missing).toEqual([]);
  file = exported.file;
  const { now } = await readHistory(context, story.life.id);
  if (now.state === null || now.owner === null) throw new Error("burnt");
  trusted = { config: CONFIG_POLICY, state: now.state, owner: now.owner };
});

const check = (forged: HistoryFile, known: Trusted = trusted) => verifyHistory(forged, known, blockCid);
/** `check transaction` of each fault. */
const faults = async (change: Partial<HistoryFile>, known?: Trusted): Promise<readonly string[]> => {
  const { ok, faults } = await check({ ...file, ...change }, known);
  expect(ok).toBe(faults.length === 0);
  return faults.map((fault) => `${fault.check} ${fault.transaction}`);
};
/** Name and count of each check that neither passed nor failed. */
const open = async (changed: HistoryFile, known?: Trusted): Promise<readonly (readonly [string, string])[]> =>
  (await check(changed, known)).checks.flatMap(({ name, ok, done, of }) =>
    ok === null ? [[name, `${done} of ${of}`] as const] : [],
  );
/** The file with the bytes of one transaction changed: every occurrence of one text of hex for another. */
const rewritten = (nth: number, from: string, to: string): Partial<HistoryFile> => ({
  transactions: file.transactions.map((entry, at) => {
    if (at !== nth - 1) return entry;
    const forged = toHex(entry.cbor).replace(from, to);
    expect(forged).not.toBe(toHex(entry.cbor));
    return { ...entry, cbor: fromHex(forged) };
  }),
});

describe("a history file", () => {
  it("checks without a network: chain, signatures, redeemers, rules, authority, records, documents", async () => {
    const verified = await check(file);
    expect(verified.faults).toEqual([]);
    expect(verified.ok).toBe(true);
    expect(verified.entries.map(({ act }) => act)).toEqual([
      "Issue",
      "Update",
      "Transfer",
      "Log",
      "Log",
      "Send",
      "Revoke",
    ]);
    expect(verified.now?.datum?.extra.status).toBe("Revoked");
    expect(verified.checks.filter(({ ok }) => ok !== true)).toEqual([]);
    expect(verified.checks.map(({ name, done, of }) => `${name} ${done}/${of}`)).toEqual([
      "deployment 4/4",
      "chain 7/7",
      "signatures 7/7",
      "redeemers 6/6",
      "rules 7/7",
      "authority 4/4",
      "times 7/7",
      "actions 3/3",
      "documents 2/2",
      "state 2/2",
    ]);
    expect(verified.warnings).toEqual([]);
  });

  it("says what it cannot say", async () => {
    const said = (await check(file, {})).notChecked.join("\n");
    expect(said).toMatch(/that a ledger holds these transactions, and that nothing came after/);
    expect(said).toMatch(/that the ownership token did not move on/);
    expect(said).toMatch(/that this is the deployment that you mean/);
    expect(said).toMatch(/that the block times are right/);
    expect((await open(file, {})).map(([name]) => name)).toEqual(["deployment", "state"]);
    const informed = (await check(file)).notChecked.join("\n");
    expect(informed).toMatch(/that the state given is still the present one/);
    expect(informed).toMatch(/that the block times are right/);
    expect(informed).not.toMatch(/deployment that you mean|cost model|accredited then|documents of|record/);
  });

  it("comes back the same from its CBOR and from its JSON", () => {
    expect(decodeHistoryFile(encodeHistoryFile(file))).toEqual(file);
    expect(parseHistoryFile(JSON.stringify(historyFileToJson(file)))).toEqual(file);
  });

  it.each([1, 2, 3, 4, 5])("names the place when transaction %i is dropped", async (nth) => {
    const transactions = file.transactions.filter((_, at) => at !== nth - 1);
    expect(await faults({ transactions })).toContain(`chain ${nth}`);
  });

  it("names the last change of hands that is dropped, if the reader knows who holds the ownership token", async () => {
    const transactions = file.transactions.filter((_, at) => at !== 5);
    expect(await faults({ transactions })).toEqual(["state null"]);
    expect(await faults({ transactions }, { state: trusted.state })).toEqual([]);
  });

  it("names the end when the last transaction is dropped, if the reader knows the state", async () => {
    const transactions = file.transactions.slice(0, -1);
    expect(await faults({ transactions })).toEqual(["state null"]);
    expect(await faults({ transactions }, {})).toEqual([]);
  });

  it("names what is swapped, doubled or put in from another life", async () => {
    const [a, b, c, ...rest] = file.transactions;
    if (a === undefined || b === undefined || c === undefined) throw new Error("too short");
    expect(await faults({ transactions: [a, c, b, ...rest] })).toContain("chain 2");
    expect(await faults({ transactions: [a, b, b, c, ...rest] })).toContain("chain 3");
    const other = await SyntheticLife.begin();
    await other.act({ act: "Log", actor: null, record: `01551220${"77".repeat(32)}` }, { ownerTo: "owner" });
    const foreign = other.transactions.at(-1);
    if (foreign === undefined) throw new Error("no transaction");
    const inserted = { ...b, cbor: fromHex(foreign.cbor) };
    expect(await faults({ transactions: [a, b, inserted, c, ...rest] })).toContain("chain 3");
  });

  it("names a changed datum: nobody signed it, and what follows does not spend it", async () => {
    // Data root of the update, in the body.
    const root = (await check(file)).entries[1]?.after.datum?.extra.dataRoot ?? "";
    const found = await faults(
      rewritten(
        2,
        root,
        root.replace(/^../, (byte) => (byte === "00" ? "01" : "00")),
      ),
    );
    expect(found).toEqual(expect.arrayContaining(["signatures 2", "chain 3", "documents 2"]));
  });

  it("names a changed redeemer, also where no rule is broken by it", async () => {
    // The reason of the revocation: 4 becomes 5.
    const authority = (await check(file)).entries[6];
    if (authority?.act !== "Revoke") throw new Error("no revocation");
    const found = await faults(rewritten(7, `${authority.authority}04`, `${authority.authority}05`));
    expect(found).toEqual(["redeemers 7"]);
    const log = (await check(file)).entries[3];
    if (log?.act !== "Log") throw new Error("no log");
    const other = log.record.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    expect(await faults(rewritten(4, log.record, other))).toEqual(
      expect.arrayContaining(["redeemers 4", "rules 4"]),
    );
  });

  it("does not call redeemers checked when the file has no cost model for them, and says so", async () => {
    const transactions = file.transactions.map((entry) => ({ ...entry, view: null }));
    const verified = await check({ ...file, transactions });
    expect(verified.ok).toBe(true);
    expect(verified.notChecked.join()).toMatch(/redeemers of 6 transactions/);
    expect(await open({ ...file, transactions })).toEqual([["redeemers", "0 of 6"]]);
    const one = file.transactions.map((entry, at) => (at === 0 ? { ...entry, view: null } : entry));
    expect(await open({ ...file, transactions: one })).toEqual([["redeemers", "5 of 6"]]);
    expect(await faults({ views: [VIEW.slice(0, -1)] })).toContain("redeemers 7");
    expect(COST_MODEL.length).toBeGreaterThan(0);
  });

  it("names a changed signature, and one that is missing", async () => {
    const bytes = toHex(file.transactions[1]?.cbor ?? new Uint8Array());
    const signature = /5840([0-9a-f]{128})/.exec(bytes)?.[1] ?? "";
    const forged = signature.replace(/^../, (byte) => (byte === "00" ? "01" : "00"));
    expect(await faults(rewritten(2, signature, forged))).toEqual(["signatures 2"]);
    // The owner's witness is taken out of the set of the send: body and hash stay.
    const send = toHex(file.transactions[5]?.cbor ?? new Uint8Array());
    const witness = /8182(5820[0-9a-f]{64}5840[0-9a-f]{128})/.exec(send)?.[1] ?? "";
    expect(await faults(rewritten(6, `8182${witness}`, "80"))).toEqual(["signatures 6"]);
  });

  it("names a record that was changed, and one that is not here", async () => {
    const [first, second, ...rest] = file.records;
    if (first === undefined || second === undefined) throw new Error("no records");
    const bytes = Uint8Array.from(second.bytes);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    const changed = await check({ ...file, records: [first, { ...second, bytes }, ...rest] });
    expect(changed.ok).toBe(false);
    expect(changed.faults.map(({ check }) => check)).toEqual(["actions"]);
    const without = await check({ ...file, records: [first, ...rest] });
    expect(without.ok).toBe(true);
    expect(without.notChecked.join()).toContain(second.cid);
    expect(without.warnings).toEqual(["1 of 3 action records is missing: it may be a recall"]);
    expect(await open({ ...file, records: [first, ...rest] })).toEqual([["actions", "2 of 3"]]);
  });

  it("names a document that was changed, and counts those that are not here", async () => {
    const [first, second] = file.documents;
    if (first === undefined || second === undefined) throw new Error("no documents");
    const bytes = Uint8Array.from(second.bytes);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    expect(await faults({ documents: [first, { ...second, bytes }] })).toEqual(["documents null"]);
    const without = await check({ ...file, documents: [first] });
    expect([without.ok, without.notChecked.join()]).toEqual([
      true,
      expect.stringContaining("documents of 1"),
    ]);
    expect(await open({ ...file, documents: [] })).toEqual([["documents", "0 of 2"]]);
  });

  it("names a slot outside of what was signed, and times that go backwards", async () => {
    const at = (nth: number, change: object) => ({
      transactions: file.transactions.map((entry, index) =>
        index === nth - 1 ? { ...entry, ...change } : entry,
      ),
    });
    expect(await faults(at(3, { slot: (file.transactions[2]?.slot ?? 0) + 5000 }))).toContain("times 3");
    expect(await faults(at(3, { height: 1 }))).toEqual(["times 3"]);
  });

  it("names another deployment, another state and another owner than the reader's", async () => {
    const elsewhere = { txHash: "99".repeat(32), outputIndex: 0 };
    expect(await faults({}, { ...trusted, config: "11".repeat(28) })).toEqual(["deployment null"]);
    expect(await faults({}, { ...trusted, state: elsewhere })).toEqual(["state null"]);
    expect(await faults({}, { ...trusted, owner: elsewhere })).toEqual(["state null"]);
    expect(await faults({ policy: file.roles })).toContain("deployment null");
  });

  it("says that it does not know who was accredited when the file lacks what is referred to", async () => {
    const bare = { ...file, references: [] };
    const { config, ...unnamed } = trusted;
    const verified = await check(bare, unnamed);
    expect(verified.ok).toBe(true);
    expect(await open(bare, unnamed)).toEqual([
      ["deployment", "0 of 4"],
      ["authority", "0 of 4"],
    ]);
    expect(await faults({ references: [] }, { ...unnamed, config })).toEqual(["deployment null"]);
    expect(verified.notChecked.join()).toMatch(/actors of 4 transactions were accredited then/);
    expect(verified.notChecked.join()).toMatch(/that the contracts are the deployment's/);
  });
});

describe("a file of somebody's own deployment", () => {
  /** The policy of the deployment that the reader trusts; the file's contracts are not of it. */
  const REAL = "1e".repeat(28);
  const isConfig = (bytes: Uint8Array): boolean =>
    readSigned(bytes).outputs.some(({ assets }) =>
      Object.keys(assets).some((unit) => unit.startsWith(CONFIG_POLICY)),
    );
  const asReal = (bytes: Uint8Array): Uint8Array => fromHex(toHex(bytes).replaceAll(CONFIG_POLICY, REAL));
  const renamed = { config: REAL, records: [], documents: [] };
  const known = () => ({ ...trusted, config: REAL });

  it("is not taken for the real one by a config that none of its transactions refers to", async () => {
    const found = file.references.find(isConfig);
    if (found === undefined) throw new Error("no config");
    const made = asReal(found);
    expect(readSigned(made).outputs[0]?.assets).toHaveProperty(REAL + CONFIG_TOKEN);
    const beside = await check({ ...file, ...renamed, references: [...file.references, made] }, known());
    expect(beside.faults.map((fault) => `${fault.check} ${fault.transaction}`)).toEqual(
      [1, 2, 5, 7].map((nth) => `deployment ${nth}`),
    );
    // In its place: the hash that the transactions refer to is another's.
    const references = [...file.references.filter((bytes) => !isConfig(bytes)), made];
    expect(await faults({ ...renamed, references }, known())).toEqual(["deployment null"]);
    expect((await check({ ...file, ...renamed, references }, known())).checks[0]?.ok).toBe(false);
    expect(await open({ ...file, ...renamed, references }, {})).toContainEqual(["deployment", "0 of 4"]);
  });

  it("is not taken for the real one because it says so, or refers to nothing", async () => {
    expect(await faults(renamed, known())).toContain("deployment 1");
    expect(await faults({ ...renamed, references: [] }, known())).toEqual(["deployment null"]);
  });

  it("needs the config in every transaction in which the contract reads it", async () => {
    const story = await SyntheticStory.begin("one without the config");
    story.life.config = { txHash: "77".repeat(32), outputIndex: 0 };
    await story.update();
    const exported = await exportHistory(contextOf(story), story.life.id);
    const { config } = trusted;
    const lacking = await check(exported.file, { config });
    expect(lacking.faults.map((fault) => `${fault.check} ${fault.transaction}`)).toEqual(["deployment null"]);
    story.life.config = story.life.state(referenceUnit(ROLES_POLICY, story.life.name("repairer"))).ref;
    await story.update();
    const other = await exportHistory(contextOf(story), story.life.id);
    expect((await check(other.file, { config })).faults).toContainEqual({
      check: "deployment",
      transaction: 3,
      message: "it does not refer to the deployment's config",
    });
  });
});

describe("the dates of a history file", () => {
  const DAYS_100 = 8_640_000_000;
  const moved = (): HistoryFile["slots"] => ({ ...file.slots, zeroTime: file.slots.zeroTime + DAYS_100 });

  it("are those of the slots that a public network's genesis fixes", async () => {
    const slots = { ...PUBLIC_SLOTS.preprod };
    expect(await faults({ network: "preprod", slots })).not.toContain("times null");
    const late = { ...slots, zeroTime: slots.zeroTime + DAYS_100 };
    expect(await faults({ network: "preprod", slots: late })).toContain("times null");
    const told = await check({ ...file, network: "preprod", slots: late });
    expect(told.entries[0]?.time).toBe(
      slots.zeroTime + ((file.transactions[0]?.slot ?? 0) - slots.zeroSlot) * 1000,
    );
  });

  it("are not of a network whose addresses are others", async () => {
    const slots = { ...PUBLIC_SLOTS.mainnet };
    expect(await faults({ network: "mainnet", slots })).toContain("deployment null");
    expect(await faults({ network: "mainnet" })).toEqual(
      expect.arrayContaining(["deployment null", "times null"]),
    );
  });

  it("agree with the time that the reader's source has for the state, to the second", async () => {
    const time = (await check(file)).entries.at(-1)?.time ?? 0;
    expect(await faults({}, { ...trusted, time: time + 999 })).toEqual([]);
    expect(await faults({}, { ...trusted, time: time + 1000 })).toEqual(["times null"]);
    expect(await faults({ slots: moved() }, { ...trusted, time })).toEqual(["times null"]);
    const last = file.transactions.length - 1;
    const transactions = file.transactions.map((entry, at) =>
      at === last ? { ...entry, slot: entry.slot + 10_000_000 } : entry,
    );
    expect(await faults({ transactions })).toEqual(["times 7"]);
    expect(await faults({ transactions }, { ...trusted, time })).toEqual(
      expect.arrayContaining(["times 7", "times null"]),
    );
  });

  it("are not called right where nobody can say: a private network's slots", async () => {
    const verified = await check({ ...file, slots: moved() });
    expect(verified.notChecked.join("\n")).toMatch(/that the block times are right/);
  });
});

describe("a history that no contract would have taken", () => {
  const checked = async (tell: (life: SyntheticLife) => Promise<unknown>) => {
    const story = await SyntheticStory.begin("forged");
    await tell(story.life);
    const exported = await exportHistory(contextOf(story), story.life.id);
    return (await check(exported.file, {})).faults.map((fault) => `${fault.check}: ${fault.message}`);
  };

  it("is told rule by rule", async () => {
    const revoke = (life: SyntheticLife) =>
      life.act({ act: "Revoke", authority: life.name("authority"), reason: 1 }, { by: ["authority"] });
    expect(await checked(revoke)).toEqual([]);
    expect(
      await checked(async (life) => {
        await revoke(life);
        await life.act({ act: "Update" }, { by: ["maker"] });
      }),
    ).toEqual(["rules: Update of a passport that is Revoked"]);
    expect(
      await checked((life) => life.act({ act: "Update" }, { by: ["maker"], changes: { revision: 7 } })),
    ).toEqual(["rules: the revision does not count on"]);
    expect(
      await checked((life) =>
        life.act({ act: "Update" }, { by: ["maker"], changes: { issuer: life.name("maker2") } }),
      ),
    ).toContain("rules: issuer changed");
    expect(
      await checked((life) =>
        life.act({ act: "Log", actor: null, record: `01551220${"77".repeat(32)}` }, { by: ["maker"] }),
      ),
    ).toContain("rules: logged in the owner's name without the ownership token");
  });

  it("is told by who was not accredited, or did not sign", async () => {
    expect((await checked((life) => life.act({ act: "Update" }, { by: ["maker2"] }))).join()).toMatch(
      /authority: the transaction does not refer to the attestation/,
    );
    expect(
      (
        await checked((life) =>
          life.act({ act: "Revoke", authority: life.name("repairer"), reason: 1 }, { by: ["repairer"] }),
        )
      ).join(),
    ).toMatch(/authority: .* is accredited as REPAIRER, not as AUTHORITY/);
    expect(
      (
        await checked(async (life) => {
          await life.role("maker", { act: "Suspend", reason: 7 }, { status: "Suspended" });
          await life.act({ act: "Update" }, { by: ["maker"] });
        })
      ).join(),
    ).toMatch(/authority: the attestation .* was Suspended/);
  });
});
