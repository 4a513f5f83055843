/** Makes a proposal: one unsigned transaction for every set of members that suffices, all of them on one output of the proposer. */
import { proposalId } from "../../codec/proposal.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { MAX_VARIANTS, type Proposal, type Variant } from "../../domain/proposal.js";
import { signingSets } from "../../domain/signing-sets.js";
import type { Network, OutRef, Utxo } from "../../ports/ledger.js";
import type { Signer } from "../../ports/signer.js";
import { deploymentOf } from "../../tx/contracts.js";
import { sameOutRef, type TxPlan } from "../../tx/plan.js";
import type { Validity } from "../../tx/state.js";
import type { Context } from "../context.js";
import { readVariants, slotTime } from "./bytes.js";
import { prepare, type QuorumIntent } from "./prepare.js";
import { withSignatureOf } from "./signatures.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long a proposal is open, when nobody says. */
export const OPEN_FOR = 14 * DAY;
/** An act of the quorum with a live attestation is submitted within one hour; by default this long from now. */
export const DEFAULT_LEAD = DAY;

/**
 * How far ahead a network surely translates the end of a script transaction's range to a time; it refuses the transaction before
 * (docs/spec/proposal.md "Time"). A devnet's epochs may have minutes.
 */
const HORIZON: Readonly<Record<Network, number>> = {
  mainnet: 36 * HOUR,
  preprod: 36 * HOUR,
  preview: 7 * HOUR,
  devnet: 0,
  embedded: Number.MAX_SAFE_INTEGER,
};

export interface ProposeOptions {
  readonly intent: QuorumIntent;
  /** POSIX ms; default: `OPEN_FOR` from now. */
  readonly expires?: number;
  /** Key hashes: only these members sign. */
  readonly among?: readonly string[];
  /** POSIX ms: when an act with a live attestation is submitted. */
  readonly at?: number;
  /** Outputs to pay with rather than others: those of an earlier proposal of the same act, so that one of the two can stand. */
  readonly prefer?: readonly OutRef[];
}

/**
 * The proposal, signed by its proposer. His other coins stay free; that its output stays unspent is for his home to see to (`reserve.ts`).
 * @throws DppError `proposal/dates`, `proposal/too-many-variants`, `consortium/below-quorum`, `tx/insufficient-funds`, `tx/script-refused`, and as `prepare`.
 */
export async function propose(
  context: Context,
  proposer: Signer,
  options: ProposeOptions,
): Promise<Proposal> {
  const now = context.clock.now();
  const hour = await hourOf(context, options, now);
  const expires = hour?.to ?? options.expires ?? now + OPEN_FOR;
  if (expires <= now) throw new DppError("proposal/dates", "a proposal expires in the future");
  const bounded = expires - now <= HORIZON[context.ledger.network];
  const validity = hour ?? (bounded ? { to: expires } : undefined);
  const built = await buildAll(context, proposer, options, { hour, validity });
  const [first] = readVariants(built);
  const { slotConfig } = context.ledger;
  const window = {
    from: slotTime(slotConfig, first?.validity.from ?? null),
    to: slotTime(slotConfig, first?.validity.until ?? null),
  };
  const unsigned = {
    deployment: {
      network: context.ledger.network,
      configPolicy: deploymentOf(context.contracts).configPolicy,
    },
    proposer: proposer.keyHash,
    ...built,
    window,
    // The roles of those who act may end before the hour does.
    expires: hour === undefined ? expires : (window.to ?? expires),
  };
  return withSignatureOf({ ...unsigned, id: proposalId(unsigned), signatures: [] }, proposer);
}

/** Acts with a live attestation; those of two parties begin at once, since both are at hand. */
async function hourOf(
  context: Context,
  { intent, at }: ProposeOptions,
  now: number,
): Promise<Validity | undefined> {
  switch (intent.act) {
    case "reassign":
      return hourFrom(context, at ?? now + DEFAULT_LEAD);
    case "log":
    case "retire":
    case "amend":
      // The ledger's time may lag behind this machine's.
      return hourFrom(context, at ?? (await context.ledger.tip()).time);
    default:
      return undefined;
  }
}

/** An hour on slot boundaries, so that rounding cannot make it longer. */
function hourFrom({ ledger: { slotConfig } }: Context, at: number): Validity {
  const { zeroTime, slotLength } = slotConfig;
  const from = zeroTime + Math.ceil((at - zeroTime) / slotLength) * slotLength;
  return { from, to: from + HOUR };
}

interface Times {
  readonly hour: Validity | undefined;
  readonly validity: TxPlan["validity"] | undefined;
}

/** Tries the smaller outputs first, so that a large one is not tied up. */
async function buildAll(
  context: Context,
  proposer: Signer,
  options: ProposeOptions,
  times: Times,
): Promise<Pick<Proposal, "action" | "variants">> {
  const all = await feeOutputs(context, proposer);
  const isPreferred = (utxo: Utxo): boolean => options.prefer?.some((ref) => sameOutRef(ref, utxo)) ?? false;
  const coins = [...all.filter(isPreferred), ...all.filter((utxo) => !isPreferred(utxo))];
  let refused: unknown;
  for (const fee of coins) {
    try {
      return await buildOn(context, proposer, options, times, fee);
    } catch (error) {
      if (!isDppError(error, "tx/insufficient-funds")) throw error;
      refused = error;
    }
  }
  throw new DppError(
    "tx/insufficient-funds",
    `no single output at ${proposer.address} pays for this act: send ADA there in one output of its own`,
    { cause: refused, details: { address: proposer.address } },
  );
}

const LEAST_FEE_OUTPUT = 3_000_000n;
/** Each try builds a transaction. */
const MAX_TRIES = 8;

/** Outputs that hold ADA alone, the smallest first. */
async function feeOutputs({ ledger, contracts }: Context, { address }: Signer): Promise<readonly Utxo[]> {
  const coins = (await ledger.utxosAt(address)).filter(
    (utxo) =>
      Object.keys(utxo.assets).length === 1 &&
      !utxo.scriptRef &&
      !utxo.datum &&
      !sameOutRef(utxo, contracts.seed) &&
      (utxo.assets.lovelace ?? 0n) >= LEAST_FEE_OUTPUT,
  );
  const sorted = coins.toSorted((a, b) => Number((a.assets.lovelace ?? 0n) - (b.assets.lovelace ?? 0n)));
  // The largest is among the tries, however many small ones there are.
  return sorted.length <= MAX_TRIES ? sorted : [...sorted.slice(0, MAX_TRIES - 1), ...sorted.slice(-1)];
}

async function buildOn(
  context: Context,
  proposer: Signer,
  { intent, among }: ProposeOptions,
  { hour, validity }: Times,
  fee: Utxo,
): Promise<Pick<Proposal, "action" | "variants">> {
  const prepared = await prepare(context, intent, fee, hour);
  const others = (await context.ledger.utxosAt(proposer.address)).filter((utxo) => !sameOutRef(utxo, fee));
  const variants: Variant[] = [];
  for (const members of signingSets(prepared.quorums, MAX_VARIANTS, among)) {
    const plan = prepared.plan(members);
    const inputs = plan.inputs.some(({ utxo }) => sameOutRef(utxo, fee))
      ? plan.inputs
      : [...plan.inputs, { utxo: fee }];
    const bounded = validity === undefined ? {} : { validity };
    const { cbor } = await context.builder.build({ ...bounded, ...plan, inputs, reserved: others }, proposer);
    variants.push({ members, tx: cbor });
  }
  return { action: prepared.action, variants };
}
