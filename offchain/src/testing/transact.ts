/** Builds, signs and submits a plan, as a use case does. */
import type { Ledger } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";
import type { BuiltTx, TxBuilder } from "../tx/builder.js";
import type { TxPlan } from "../tx/plan.js";

export interface Transacted {
  readonly hash: string;
  readonly built: BuiltTx;
  /** The signed transaction, CBOR hex. */
  readonly cbor: string;
}

/** `signers[0]` pays. */
export async function transact(
  ledger: Ledger,
  builder: TxBuilder,
  plan: TxPlan,
  signers: readonly [Signer, ...Signer[]],
): Promise<Transacted> {
  const signed = await signedTx(builder, plan, signers);
  return { ...signed, hash: await ledger.submit(signed.cbor) };
}

export async function signedTx(
  builder: TxBuilder,
  plan: TxPlan,
  signers: readonly [Signer, ...Signer[]],
): Promise<{ readonly built: BuiltTx; readonly cbor: string }> {
  const built = await builder.build(plan, signers[0]);
  const witnesses = await Promise.all(signers.map((signer) => signer.signTx(built.bodyHash)));
  return { built, cbor: builder.sign(built.cbor, witnesses) };
}

export const emptyPlan: TxPlan = {
  inputs: [],
  referenceInputs: [],
  mints: [],
  outputs: [],
  signers: [],
  scripts: [],
};

export const payment = (address: string, lovelace: bigint): TxPlan => ({
  ...emptyPlan,
  outputs: [{ address, assets: { lovelace } }],
});
