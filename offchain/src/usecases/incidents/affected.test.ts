/** Who is affected by whom, in a deployment of two makers and a repairer whose every step the ledger accepted. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Blueprint } from "../../adapters/contracts.js";
import { DppError } from "../../domain/errors.js";
import type { IncidentSubject } from "../../domain/incident.js";
import { referenceUnit, userUnit } from "../../domain/tokens.js";
import type { Ledger, LedgerTx, Utxo } from "../../ports/ledger.js";
import { type ActorName, type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import { planLog, planReassign } from "../../tx/life.js";
import {
  passportIds,
  planIssuePassports,
  planRevokePassport,
  planUpdatePassport,
} from "../../tx/passports.js";
import type { TxPlan } from "../../tx/plan.js";
import type { Reading } from "../context.js";
import { type AffectedPassport, affectedPassports } from "./affected.js";

const blueprint = JSON.parse(
  readFileSync(new URL("../../../../plutus.json", import.meta.url), "utf8"),
) as Blueprint;
const RECORD = `01551220${"ab".repeat(32)}`;

let world: EmbeddedWorld;
/** Serials to ids. */
const ids: Record<"A1" | "A2" | "B1", string> = { A1: "", A2: "", B1: "" };

const reading = (): Reading => world;
const attestation = (name: ActorName): IncidentSubject => ({
  attestation: world.roles.get(name) ?? expect.fail(`no role of ${name}`),
});
async function affected(...subjects: IncidentSubject[]): Promise<AffectedPassport[]> {
  const found: AffectedPassport[] = [];
  for await (const one of affectedPassports(reading(), subjects)) found.push(one);
  return found;
}
/** By passport: what the attestation did there, in order. */
const parts = (found: readonly AffectedPassport[]) =>
  Object.fromEntries(found.map(({ id, touches }) => [id, touches.map(({ as }) => as)]));
const utxoOf = async (unit: string): Promise<Utxo> =>
  (await world.ledger.utxoByUnit(unit)) ?? expect.fail("no such token");
const state = (id: string) => utxoOf(referenceUnit(world.contracts.passport.hash, id));
const accept = async (plan: TxPlan, payer: ActorName): Promise<void> => {
  world.clock.advance(60_000);
  await world.accept(plan, world.actors[payer]);
};

beforeAll(async () => {
  world = await makeWorld(blueprint);
  const { contracts } = world;
  const deployment = await world.deployment();
  const [a1 = "", a2 = ""] = world.passports;
  const seed = await world.coin("maker2");
  await accept(
    planIssuePassports(
      contracts,
      deployment,
      seed,
      await world.attestation("maker2"),
      [world.newPassport("B1")],
      world.validity(),
    ),
    "maker2",
  );
  Object.assign(ids, { A1: a1, A2: a2, B1: passportIds(seed, 1)[0] });
  await accept(
    planUpdatePassport(
      contracts,
      deployment,
      await state(ids.A1),
      await world.attestation("maker"),
      {
        metadata: { name: "Example battery A1, revised", image: "ipfs://bafkreiexample" },
        dataRoot: "cd".repeat(32),
        content: RECORD,
      },
      world.validity(),
    ),
    "maker",
  );
  await accept(
    planLog(contracts, deployment, {
      state: await state(ids.A1),
      owned: await utxoOf(userUnit(contracts.passport.hash, ids.A1)),
      actor: await world.attestation("repairer"),
      record: RECORD,
      validity: world.validity(),
    }),
    "owner",
  );
  await accept(
    planReassign(contracts, deployment, {
      state: await state(ids.A2),
      authority: await world.attestation("authority"),
      issuer: await world.attestation("maker2"),
      quorum: world.quorum,
      validity: world.validity(),
    }),
    "member1",
  );
  await accept(
    planRevokePassport(
      contracts,
      deployment,
      await state(ids.B1),
      await world.attestation("authority"),
      await world.badge("authority"),
      4,
      world.validity(),
    ),
    "authority",
  );
});

describe("the passports that an attestation touches", () => {
  it("are those that a maker issued, also when another answers for them now", async () => {
    const found = await affected(attestation("maker"));
    expect(parts(found)).toEqual({ [ids.A1]: ["issued", "updated", "responsible"], [ids.A2]: ["issued"] });
    const a1 = found.find(({ id }) => id === ids.A1);
    expect(a1).toMatchObject({
      named: null,
      unreadable: null,
      owner: world.actors.owner.address,
      state: { status: "Active", revision: 1, name: "Example battery A1, revised" },
    });
    expect(a1?.state?.issuer).toBe(world.roles.get("maker"));
  });

  it("are those that it took over, and those that were revoked", async () => {
    const found = await affected(attestation("maker2"));
    expect(parts(found)).toEqual({
      [ids.A2]: ["reassigned", "responsible"],
      [ids.B1]: ["issued", "responsible"],
    });
    expect(found.find(({ id }) => id === ids.B1)?.state?.status).toBe("Revoked");
  });

  it("are those on which it logged, and no others of their maker", async () => {
    const found = await affected(attestation("repairer"));
    expect(parts(found)).toEqual({ [ids.A1]: ["logged"] });
    const [{ touches } = expect.fail("none")] = found;
    expect(touches[0]?.txHash).toBe(world.history.at(-3)?.hash);
  });

  it("are those on which an authority acted", async () => {
    expect(parts(await affected(attestation("authority")))).toEqual({
      [ids.A2]: ["reassigned"],
      [ids.B1]: ["revoked"],
    });
    expect(await affected(attestation("recycler"))).toEqual([]);
  });
});

describe("a reported passport", () => {
  it("is affected itself, with what the others that are linked did to it", async () => {
    expect(await affected({ passport: ids.A1 })).toMatchObject([
      { id: ids.A1, named: "reported", touches: [] },
    ]);
    const both = await affected({ passport: ids.A1 }, attestation("repairer"));
    expect(both.map(({ id, named, touches }) => [id, named, touches.length])).toEqual([
      [ids.A1, "reported", 1],
    ]);
  });

  it("that does not exist is refused", async () => {
    await expect(affected({ passport: "00".repeat(28) })).rejects.toMatchObject({ code: "passport/unknown" });
  });
});

describe("many passports", () => {
  const COUNT = 500;
  const manyIds = Array.from({ length: COUNT }, (_, n) => n.toString(16).padStart(56, "0"));

  /** A ledger of which every passport has the history of one of the world's. */
  const many = (asked: { now: number; most: number; all: number }, broken?: string): Ledger => ({
    ...boundTo(world.ledger),
    unitsOf: async (policy) => manyIds.flatMap((id) => [referenceUnit(policy, id), userUnit(policy, id)]),
    transactionsOf: async (unit): Promise<readonly LedgerTx[]> => {
      asked.all++;
      asked.now++;
      asked.most = Math.max(asked.most, asked.now);
      await Promise.resolve();
      asked.now--;
      const of = unit.endsWith(broken ?? "none") ? [{ cbor: "84a0" }] : [];
      return of.map(({ cbor }) => ({ hash: "ee".repeat(32), slot: 1, height: 1, time: 1, cbor }));
    },
  });
  const boundTo = (ledger: Ledger): Ledger =>
    Object.assign(Object.create(ledger) as Ledger, { network: ledger.network });

  it("are asked for a few at a time, and no further than the reader goes", async () => {
    const asked = { now: 0, most: 0, all: 0 };
    const seen: number[] = [];
    const ledger = many(asked, manyIds[20]);
    const found = affectedPassports(withLedger(ledger), [attestation("maker")], {
      progress: (done) => seen.push(done),
    });
    // What cannot be read is told, since it may be touched.
    expect((await found.next()).value).toMatchObject({ id: manyIds[20], unreadable: expect.any(String) });
    expect(asked.all).toBeLessThan(100);
    expect((await found.next()).done).toBe(true);
    expect([asked.all, seen.at(-1)]).toEqual([2 * COUNT, COUNT]);
    expect(asked.most).toBeLessThanOrEqual(16);
  });

  it("are not passed over when the ledger cannot be asked", async () => {
    const ledger: Ledger = {
      ...many({ now: 0, most: 0, all: 0 }),
      transactionsOf: async () => {
        throw new DppError("ledger/unavailable", "away");
      },
    };
    await expect(affectedPassports(withLedger(ledger), [attestation("maker")]).next()).rejects.toMatchObject({
      code: "ledger/unavailable",
    });
  });

  const withLedger = (ledger: Ledger): Reading => ({
    ledger,
    contracts: world.contracts,
    clock: world.clock,
  });
});
