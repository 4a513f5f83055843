/** Who owns a passport now: who holds its (222). Spec: docs/spec/ownership.md "Who owns a passport". Believes nothing but the ledger. */
import { type Address, parseAddress } from "../../codec/address.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { PassportStatus } from "../../domain/passport.js";
import { userUnit } from "../../domain/tokens.js";
import type { Utxo } from "../../ports/ledger.js";
import type { Reading } from "../context.js";
import { type Anchor, absentPassport, type PassportState, readPassport } from "../resolve.js";

export interface Ownership {
  /** Passport id, hex. */
  readonly passport: string;
  readonly name: string;
  readonly status: PassportStatus;
  /** Unit of the (222). */
  readonly unit: string;
  /** Bech32. */
  readonly address: string;
  /** The owner: payment key hash of `address`, hex. */
  readonly keyHash: string;
  /** The transaction that made the present output. */
  readonly since: Anchor;
  readonly utxo: Utxo;
  readonly state: PassportState;
}

const refuse = (code: string, message: string): DppError => new DppError(`ownership/${code}`, message);

/** @throws DppError `passport/unknown`, `passport/pending`; `ownership/nobody`, `ownership/several`, `ownership/script`, `ownership/address`. */
export async function readOwnership(reading: Reading, id: string): Promise<Ownership> {
  const state = await readPassport(reading, id);
  if (state === null) throw await absentPassport(reading, id);
  const unit = userUnit(reading.contracts.passport.hash, id);
  const [utxo, ...others] = await reading.ledger.utxosWithUnit(unit);
  if (utxo === undefined) throw refuse("nobody", "nobody owns this passport: its token was burnt");
  if (others.length > 0) throw refuse("several", "the passport's token lies in several places");
  const { payment } = shelley(utxo.address);
  if (payment?.kind !== "key") {
    throw refuse(
      "script",
      `a script holds this passport (${utxo.address}), for example a sale: until it lets go, nobody can prove to own it`,
    );
  }
  const transaction = await reading.ledger.transaction(utxo.txHash);
  if (transaction === null) {
    throw new DppError("ledger/unavailable", "the ledger does not tell where the token came from: ask again");
  }
  const { hash: txHash, slot, height, time } = transaction;
  return {
    passport: id,
    name: state.name,
    status: state.status,
    unit,
    address: utxo.address,
    keyHash: payment.hash,
    since: { txHash, slot, height, time },
    utxo,
    state,
  };
}

function shelley(text: string): Address {
  try {
    return parseAddress(text).address;
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw new DppError(
      "ownership/address",
      `the passport lies at an address of a kind that proves nothing here (${text}): its owner has to send it to an address addr… first`,
      { cause },
    );
  }
}
