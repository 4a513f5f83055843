/** From a plan to an accepted transaction: build, sign, submit. */
import { DppError, isDppError } from "../domain/errors.js";
import type { Ledger, Utxo } from "../ports/ledger.js";
import { submissionsOf } from "../ports/pending-transactions.js";
import type { Signer } from "../ports/signer.js";
import type { BuiltTx } from "../tx/builder.js";
import type { TxPlan } from "../tx/plan.js";
import type { Validity } from "../tx/state.js";
import type { Context, Reading } from "./context.js";
import { purposeOf } from "./purpose.js";
import { settle } from "./settle.js";

export interface Submitted {
  readonly txHash: string;
  readonly fee: bigint;
  readonly size: number;
  readonly exUnits: BuiltTx["exUnits"];
}

const ATTEMPTS = 5;

/**
 * Plans on the ledger's state of the moment and submits; when another transaction took an input first, plans again on fresh state. Over a ledger that
 * keeps track, what was sent earlier and fell out of the chain is sent again first. `signers[0]` pays. `purpose`: what it is for, in a few words that
 * `dpp tx list` shows; by default it is read off the plan.
 * @throws DppError `tx/signer-missing` when the plan needs a key that none of `signers` holds; what the builder and the ledger throw. After
 *   `ledger/unavailable` and `ledger/timeout` a ledger that keeps track goes on trying: the act is under way, not undone.
 */
export async function submitPlan(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  plan: () => Promise<TxPlan>,
  purpose?: string,
): Promise<Submitted> {
  const submissions = submissionsOf(context.ledger);
  if (submissions !== null) await settle(submissions);
  for (let attempt = 1; ; attempt++) {
    try {
      return await submitOnce(context, signers, await plan(), purpose);
    } catch (error) {
      const again =
        isDppError(error, "ledger/conflict") ||
        (isDppError(error, "tx/insufficient-funds") && (await coinsCame(context.ledger)));
      if (attempt === ATTEMPTS || !again) throw error;
    }
  }
}

/** Waits for the blocks that bring the change of what is under way. `false`: nothing is, so there is nothing to wait for. */
async function coinsCame(ledger: Ledger): Promise<boolean> {
  const entries = (await submissionsOf(ledger)?.pending.list()) ?? [];
  let came = false;
  for (const { hash, trouble } of entries) {
    if (trouble !== null || (await ledger.transaction(hash)) !== null) continue;
    await ledger.awaitTx(hash);
    came = true;
  }
  return came;
}

async function submitOnce(
  { builder, contracts, ledger }: Context,
  signers: readonly [Signer, ...Signer[]],
  plan: TxPlan,
  purpose = purposeOf(contracts, plan),
): Promise<Submitted> {
  const held = new Map(signers.map((signer) => [signer.keyHash, signer]));
  const missing = plan.signers.filter((keyHash) => !held.has(keyHash));
  if (missing.length > 0) {
    throw new DppError("tx/signer-missing", `no key at hand for ${missing.join(", ")}`, {
      details: { missing },
    });
  }
  const [payer] = signers;
  const built = await builder.build(plan, payer);
  const needed = new Set([payer.keyHash, ...plan.signers]);
  const witnesses = await Promise.all(
    [...needed].map((keyHash) => held.get(keyHash)?.signTx(built.bodyHash)),
  );
  const cbor = builder.sign(
    built.cbor,
    witnesses.filter((witness) => witness !== undefined),
  );
  const txHash = await ledger.submit(cbor, purpose);
  await ledger.awaitTx(txHash);
  return { txHash, fee: built.fee, size: cbor.length / 2, exUnits: built.exUnits };
}

/** An output of the payer that a mint can consume to make its names unique. */
export async function seedOf({ ledger }: Reading, address: string): Promise<Utxo> {
  const utxos = await ledger.utxosAt(address);
  const [seed] = utxos
    .filter((utxo) => Object.keys(utxo.assets).length === 1 && !utxo.scriptRef)
    .toSorted((a, b) => ((b.assets.lovelace ?? 0n) > (a.assets.lovelace ?? 0n) ? 1 : -1));
  if (seed === undefined) throw new DppError("tx/insufficient-funds", `${address} holds no ADA to spend`);
  return seed;
}

const MINUTE = 60_000;

/**
 * A validity range that starts a little before now, for clocks that lag, stays within the hour that the contracts admit, and inside the dates of the
 * attestation that acts.
 */
export async function validityNow(
  { ledger }: Reading,
  acting: { readonly validFrom: number; readonly validTo: number },
): Promise<Validity> {
  const { time } = await ledger.tip();
  return {
    from: Math.max(time - 2 * MINUTE, acting.validFrom),
    to: Math.min(time + 20 * MINUTE, acting.validTo),
  };
}
