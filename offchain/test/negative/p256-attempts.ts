/** Packs under P-256 keys as the ledger accepts them, and the same with other statements, hints, tables and assertions. */
import { packDigest } from "../../src/codec/pack.js";
import type { PlutusData } from "../../src/codec/plutus-data.js";
import { decodeP256Proofs, type P256Proofs } from "../../src/codec/redeemer.js";
import { encodeAssertion } from "../../src/codec/webauthn.js";
import { toHex } from "../../src/domain/bytes.js";
import type { PackHeader, SealedPack } from "../../src/domain/pack.js";
import { emptyRange } from "../../src/merkle/range.js";
import type { EventSigner } from "../../src/ports/event-signer.js";
import type { Utxo } from "../../src/ports/ledger.js";
import { forged } from "../../src/testing/forge.js";
import { type AssertionChanges, authenticator } from "../../src/testing/key-signers.js";
import { accreditP256, keySigner, type P256Source } from "../../src/testing/p256-world.js";
import type { ActorName, World } from "../../src/testing/world.js";
import { wholeSlots } from "../../src/tx/anchor.js";
import { planAppend } from "../../src/tx/append.js";
import type { TxPlan } from "../../src/tx/plan.js";
import type { Presented } from "../../src/tx/presented.js";
import { threadUnit } from "../../src/tx/threads.js";
import { readTables } from "../../src/usecases/events/tables.js";
import type { Attack, Attempt } from "./attack.js";

/** Who holds which source: actors who hold no other. */
export const HOLDERS: Readonly<Record<P256Source, ActorName>> = { meter: "owner", tablet: "stranger" };
const TIER = { meter: "DEVICE_SIGNED", tablet: "INDIVIDUAL_SIGNED" } as const;

/** The source, accredited in this world if it is not yet. */
export async function keyed(world: World, source: P256Source): Promise<Presented> {
  const holder = HOLDERS[source];
  if (!world.roles.has(holder)) world.roles.set(holder, (await accreditP256(world, source, holder)).name);
  return world.attestation(holder);
}

export async function only(world: World, unit: string): Promise<Utxo> {
  const utxo = await world.ledger.utxoByUnit(unit);
  if (utxo === null) throw new Error(`the test world lacks ${unit}`);
  return utxo;
}

export interface KeyedChange {
  readonly signer?: EventSigner;
  /** What the submitter says otherwise than was signed. */
  readonly after?: Partial<PackHeader>;
  /** What becomes of the signature, hex. */
  readonly signature?: (signed: string, digest: Uint8Array) => string;
}

/** The first pack of the source; the product's own plan, submitted by somebody else. */
export async function keyedAttempt(
  world: World,
  source: P256Source,
  { signer = keySigner(source), after = {}, signature = (signed) => signed }: KeyedChange = {},
): Promise<Attempt> {
  const presented = await keyed(world, source);
  const now = world.clock.now();
  const header: PackHeader = {
    config: world.contracts.config.hash,
    source: presented.name,
    tier: TIER[source],
    ...{ lo: 0, hi: 100, root: "ab".repeat(32), cmin: now - 3_600_000, cmax: now - 3_000_000 },
  };
  const digest = packDigest(header);
  const signed = signature(toHex(await signer.sign(digest)), digest);
  const pack: SealedPack = { ...header, ...after, signature: signed };
  const { contracts, ledger } = world;
  const key = keySigner(source);
  const { tables } = await readTables({ ledger, contracts }, [{ alg: key.alg, pk: key.publicKey }]);
  const state = { utxo: await only(world, threadUnit(contracts, presented.name)), range: emptyRange() };
  const { plan } = planAppend(
    contracts,
    await world.deployment(),
    [{ state, signers: [presented], pack }],
    wholeSlots(ledger.slotConfig, world.validity()),
    tables,
  );
  return { plan, payer: "member3" };
}

export const keyedAttack =
  (source: P256Source) =>
  (name: string, rule: string, change: KeyedChange, by?: Attack["by"]): Attack => ({
    name,
    rule,
    ...(by === undefined ? {} : { by }),
    change: async (_, world) => (await keyedAttempt(world, source, change)).plan,
  });

/** A validly signed assertion that says something else than it has to. */
export const asserting = (changes: AssertionChanges): KeyedChange => ({
  signature: (_, digest) => toHex(encodeAssertion(authenticator("tablet").assert(digest, changes))),
});

/** What the withdrawal's redeemer says. */
export const provingOf = (plan: TxPlan): P256Proofs =>
  decodeP256Proofs(plan.withdrawals?.[0]?.redeemer ?? "");

/** Another value in the withdrawal's redeemer, at a path as of `testing/forge.ts`: 0 statements, 1 base, 2 proofs; in a proof 0 table, 1 r, 2 w, 3 assertion. */
export function withProving(
  plan: TxPlan,
  path: readonly number[],
  value: (old: P256Proofs) => PlutusData,
): TxPlan {
  const [withdrawal, ...rest] = plan.withdrawals ?? [];
  if (withdrawal === undefined) throw new Error("nothing is proven in this transaction");
  const redeemer = forged(withdrawal.redeemer, path, value(provingOf(plan)));
  return { ...plan, withdrawals: [{ ...withdrawal, redeemer }, ...rest] };
}

/** As `withProving`, of the only proof. */
export const withHint = (plan: TxPlan, field: 0 | 1 | 2 | 3, value: (proof: Proof) => PlutusData): TxPlan =>
  withProving(plan, [2, 0, field], ({ proofs: [proof] }) => {
    if (proof === undefined) throw new Error("no proof");
    return value(proof);
  });

type Proof = P256Proofs["proofs"][number];

/** A plan's reference inputs as a script sees them. */
export const asScriptsSee = ({ referenceInputs }: TxPlan): readonly Utxo[] =>
  referenceInputs.toSorted((a, b) =>
    a.txHash === b.txHash ? a.outputIndex - b.outputIndex : a.txHash < b.txHash ? -1 : 1,
  );
