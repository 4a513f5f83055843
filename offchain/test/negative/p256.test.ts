/** Attacks on packs under P-256 keys: on what is stated, on the hints, the tables, and the script that proves. Rules: docs/spec/signature-forms.md "Script p256". */
import { p256 } from "@noble/curves/nist.js";
import { beforeAll } from "vitest";
import { constr, type PlutusData } from "../../src/codec/plutus-data.js";
import type { P256Proofs } from "../../src/codec/redeemer.js";
import { baseTable } from "../../src/crypto/p256-table.js";
import { fromHex } from "../../src/domain/bytes.js";
import type { PackHeader } from "../../src/domain/pack.js";
import { forged } from "../../src/testing/forge.js";
import { p256Signer } from "../../src/testing/key-signers.js";
import { ALWAYS } from "../../src/testing/ledger-contract.js";
import { keySigner } from "../../src/testing/p256-world.js";
import { sameOutRef } from "../../src/tx/plan.js";
import { tableOf, tableOutput } from "../../src/tx/tables.js";
import { type Attack, attacks, worldOf } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import { FREE_POLICY } from "./counterfeit.js";
import {
  asScriptsSee,
  keyed,
  keyedAttack,
  keyedAttempt,
  provingOf,
  withHint,
  withProving,
} from "./p256-attempts.js";

const refuser = { script: "anchor", purpose: "spend" } as const;
const byProof = { script: "p256", purpose: "withdraw" } as const;
const ofMeter = keyedAttack("meter");
const { Fn, Fp } = p256.Point;
const [n, p] = [Fn.ORDER, Fp.ORDER];

beforeAll(async () => {
  await keyed(await worldOf("deployed"), "meter");
});

/** A hint that is another number. @param field 1 r, 2 w. */
const hint = (name: string, rule: string, field: 1 | 2, change: (old: bigint) => bigint): Attack => ({
  name,
  rule,
  by: byProof,
  change: (plan) => withHint(plan, field, ({ r, w }) => change(field === 1 ? r : w)),
});

const flipped = (data: Uint8Array, at: number, bit = 1): Uint8Array =>
  data.map((byte, index) => (index === at ? byte ^ bit : byte));

const statement = (name: string, change: (old: Uint8Array) => Uint8Array): Attack => ({
  name,
  rule: "is_stated",
  change: (plan) => withProving(plan, [0], ({ statements }) => statements.map(fromHex).map(change)),
});

/** Another output with a table takes the place of the key's (or the base's) at its position; the position follows. */
const otherTable = (name: string, rule: string, of: "key" | "base", table: Uint8Array): Attack => ({
  name,
  rule,
  by: byProof,
  change: async (plan, world) => {
    const { hash } = await world.accept(
      {
        ...{ inputs: [], referenceInputs: [], mints: [], signers: [], scripts: [] },
        outputs: [tableOutput(world.contracts, table)],
      },
      world.actors.member3,
    );
    const [shown] = await world.ledger.utxosByOutRef([{ txHash: hash, outputIndex: 0 }]);
    if (shown === undefined) throw new Error("the table is not on the ledger");
    const { base, proofs } = provingOf(plan);
    const before = asScriptsSee(plan);
    const shownTo = { ...plan, referenceInputs: [...plan.referenceInputs, shown] };
    const place = (old: number, isIt: boolean): bigint => {
      const wanted = isIt ? shown : before[old];
      return BigInt(
        asScriptsSee(shownTo).findIndex((utxo) => wanted !== undefined && sameOutRef(utxo, wanted)),
      );
    };
    const based = withProving(shownTo, [1], () => place(base, of === "base"));
    return withHint(based, 0, () => place(proofs[0]?.table ?? 0, of === "key"));
  },
});

const halvesSwapped = (table: Uint8Array): Uint8Array =>
  Uint8Array.from([...table.subarray(512), ...table.subarray(0, 512)]);
const meterTable = tableOf({ alg: 2, pk: keySigner("meter").publicKey });
const otherKey = p256Signer("another");

const AFTERWARDS: readonly Partial<PackHeader>[] = [{ hi: 99 }, { root: "cd".repeat(32) }, { cmin: 1 }];

attacks("appending a pack under a P-256 key", refuser, (world) => keyedAttempt(world, "meter"), [
  ofMeter(
    "sign with another P-256 key",
    "is_x_r",
    { signer: { ...keySigner("meter"), sign: async (m) => otherKey.sign(m) } },
    byProof,
  ),
  ...AFTERWARDS.map((after) =>
    ofMeter(`change ${Object.keys(after)[0]} after the key has signed`, "is_x_r", { after }, byProof),
  ),
  {
    name: "change cmax after the key has signed",
    rule: "is_x_r",
    by: byProof,
    change: async (_, world) => {
      const after = { cmax: world.clock.now() - 3_500_000 };
      return (await keyedAttempt(world, "meter", { after })).plan;
    },
  },
  ofMeter("claim MULTI_PARTY_SIGNED", "is_stated", { after: { tier: "MULTI_PARTY_SIGNED" } }),
  ofMeter("sign for another deployment or network", "is_stated", { after: { config: "44".repeat(28) } }),
  hint("give r = 0", "is_r_above_0", 1, () => 0n),
  hint("give r = n", "is_r_below_n", 1, () => n),
  hint("give r + n", "is_r_below_n", 1, (r) => r + n),
  hint("give r + p", "is_r_below_n", 1, (r) => r + p),
  hint("give −r", "is_r_above_0", 1, (r) => -r),
  hint("give r − n", "is_r_above_0", 1, (r) => r - n),
  hint("give r + 1", "is_x_r", 1, (r) => r + 1n),
  hint("give n − r", "is_x_r", 1, (r) => n - r),
  hint("give w = 0", "is_w_above_0", 2, () => 0n),
  hint("give w = n", "is_w_below_n", 2, () => n),
  hint("give w + n", "is_w_below_n", 2, (w) => w + n),
  hint("give w − n", "is_w_above_0", 2, (w) => w - n),
  hint("give w + 1", "is_x_r", 2, (w) => w + 1n),
  hint("give s in place of its inverse", "is_x_r", 2, (w) => Fn.inv(w)),
  hint("give w = 1", "is_x_r", 2, () => 1n),
  hint("give a number of 4,096 bits for r", "is_r_below_n", 1, () => 2n ** 4096n),
  statement("state another digest", (old) => flipped(old, 1)),
  statement("state another form", (old) => flipped(old, 0)),
  statement("state another point", (old) => flipped(old, 33 + 5)),
  statement("state another table", (old) => flipped(old, 33 + 33)),
  statement("state nothing", () => bytes(0)),
  {
    name: "state a true thing twice and prove it once",
    rule: "expect [proof, ..rest] = proofs",
    by: byProof,
    change: (plan) => withProving(plan, [0], ({ statements }) => [...statements, ...statements].map(fromHex)),
  },
  {
    name: "state something false beside the true thing",
    rule: "is_x_r",
    by: byProof,
    change: (plan) => {
      const proof = (old: P256Proofs): PlutusData =>
        constr(
          0,
          ...["table", "r", "w"].map((field) => BigInt(old.proofs[0]?.[field as "r"] ?? 0)),
          constr(1),
        );
      const twice = withProving(plan, [2], (old) => [proof(old), proof(old)]);
      return withProving(twice, [0], ({ statements: [first = ""] }) => [
        fromHex(first),
        flipped(fromHex(first), 1),
      ]);
    },
  },
  {
    name: "bring no proofs",
    rule: "expect [proof, ..rest] = proofs",
    by: byProof,
    change: (plan) => withProving(plan, [2], () => []),
  },
  {
    name: "run the script for nothing",
    rule: "is_stated",
    change: (plan) =>
      withProving(
        withProving(plan, [0], () => []),
        [2],
        () => [],
      ),
  },
  {
    name: "run no script",
    rule: "expect [Pair(purpose, redeemer), ..rest] = redeemers",
    change: ({ withdrawals: _, ...plan }) => plan,
  },
  {
    name: "show the redeemer under a mint of anybody's policy",
    rule: "expect [Pair(purpose, redeemer), ..rest] = redeemers",
    change: ({ withdrawals, ...plan }) => ({
      ...plan,
      mints: [
        ...plan.mints,
        { policy: FREE_POLICY, assets: { "00": 1n }, redeemer: withdrawals?.[0]?.redeemer ?? "" },
      ],
      scripts: [...plan.scripts, ALWAYS],
    }),
  },
  {
    name: "take the key's table for the base's",
    rule: "is_base_of_curve",
    by: byProof,
    change: (plan) => withProving(plan, [1], ({ proofs }) => BigInt(proofs[0]?.table ?? 0)),
  },
  {
    name: "take the base's table for the key's",
    rule: "is_table_of_key",
    by: byProof,
    change: (plan) => withHint(plan, 0, () => BigInt(provingOf(plan).base)),
  },
  otherTable(
    "show the table of another key",
    "is_table_of_key",
    "key",
    tableOf({ alg: 2, pk: otherKey.key.pk }),
  ),
  otherTable(
    "show the key's table with its halves swapped",
    "is_table_of_key",
    "key",
    halvesSwapped(meterTable),
  ),
  otherTable("show a table of zeros", "is_table_of_key", "key", new Uint8Array(1024)),
  otherTable("show a base table with one other byte", "is_base_of_curve", "base", flipped(baseTable(), 3)),
  {
    name: "look for the table beyond the reference inputs",
    rule: "expect [_, ..rest] = self",
    by: byProof,
    change: (plan) => withHint(plan, 0, () => 99n),
  },
  {
    name: "look for the table in an output that holds something else",
    rule: "expect table: ByteArray = datum",
    by: byProof,
    change: (plan, world) => {
      const at = asScriptsSee(plan).findIndex(({ address }) => address === world.contracts.roles.address);
      return withHint(plan, 0, () => BigInt(at));
    },
  },
  {
    name: "bring an assertion to a form that has none",
    rule: "is_webauthn_form",
    by: byProof,
    change: (plan) => withHint(plan, 3, () => constr(0, constr(0, bytes(37), bytes(40)))),
  },
  {
    name: "leave bytes where a signature would be",
    rule: "is_signature_elsewhere",
    change: (plan) => ({
      ...plan,
      // The seventh field of Append.
      inputs: plan.inputs.map((input) => ({
        ...input,
        redeemer: forged(input.redeemer ?? "", [6], bytes(64)),
      })),
    }),
  },
]);
