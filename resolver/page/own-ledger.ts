/** What the ownership pages read of a passport: from this server, and from its ledger source with the page's own decoding. */
import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { referenceUnit, userUnit } from "@cardano-dpp/offchain/domain/tokens";
import type { Network } from "@cardano-dpp/offchain/ports/ledger";
import { get } from "./api.js";
import { type LedgerFacts, readLedgerFacts } from "./ledger-facts.js";
import { type LedgerOutput, outputWithUnit, parseSource, transactionBlock } from "./ledger-source.js";

export interface OwnedPassport {
  readonly passport: string;
  readonly name: string;
  readonly status: string;
  readonly network: Network;
  readonly deployment: string;
  readonly owner: { readonly address: string; readonly txHash: string; readonly since: number } | null;
  readonly refused: string | null;
}

export const networkIdOf = (network: Network): 0 | 1 => (network === "mainnet" ? 1 : 0);

export const readOwned = (passport: string): Promise<OwnedPassport> => get(`/ownership/${passport}`);

export const readDeployment = (): Promise<{ readonly network: Network; readonly deployment: string }> =>
  get("/ownership/deployment");

const source = () => parseSource("/ledger/api/v0", "", new URL(location.href));

export interface PlacedPassport {
  readonly facts: LedgerFacts;
  /** The (100) with its datum. */
  readonly state: LedgerOutput & { readonly datum: string };
  /** The (222). */
  readonly owner: LedgerOutput;
}

/** @throws DppError `ledger/*`, `passport/unknown`. */
export async function readPlaced(deployment: string, passport: string): Promise<PlacedPassport> {
  const facts = await readLedgerFacts(source(), deployment, passport);
  const [state, owner] =
    facts === null
      ? [null, null]
      : await Promise.all([
          outputWithUnit(source(), referenceUnit(facts.passportPolicy, passport)),
          outputWithUnit(source(), userUnit(facts.passportPolicy, passport)),
        ]);
  if (facts === null || state === null || owner === null || state.datum === null)
    throw new DppError("passport/unknown", "the ledger knows no such passport");
  return { facts, state: { ...state, datum: state.datum }, owner };
}

/** Payment key hash of whoever holds the passport now, and since when (POSIX ms), by the ledger source. */
export async function readHolder(
  deployment: string,
  passport: string,
): Promise<{ readonly keyHash: string | null; readonly address: string; readonly since: number | null }> {
  const { owner } = await readPlaced(deployment, passport);
  const { payment } = parseAddress(owner.address).address;
  const block = await transactionBlock(source(), owner.txHash);
  return {
    keyHash: payment?.kind === "key" ? payment.hash : null,
    address: owner.address,
    since: block?.time ?? null,
  };
}
