/** From a chosen buyer to a submitted transfer: the server builds it, this browser judges it, the wallet signs it. Spec: docs/spec/ownership.md "Sale with a wallet". */
import { toBech32Address } from "@cardano-dpp/offchain/codec/address";
import type { ReadingKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Receiver } from "@cardano-dpp/offchain/domain/receive-request";
import { judgeSale, smallCid } from "@cardano-dpp/offchain/usecases/ownership/sale";
import { post } from "./api.js";
import { networkIdOf, type OwnedPassport, readPlaced } from "./own-ledger.js";
import { OWN_TEXTS } from "./own-texts.js";
import { keyHolding, type WalletStep } from "./own-wallet.js";
import { transferRecord } from "./sell-keys.js";
import type { ConnectedWallet } from "./wallet.js";

const T = OWN_TEXTS.give;
/** As many as the server takes. */
const MAX_ADDRESSES = 32;

export interface Sale {
  readonly owned: OwnedPassport;
  readonly receiver: Receiver;
  /** As the buyer showed it. */
  readonly request: string;
  readonly keys: readonly ReadingKeyPair[];
}

export interface Sold {
  readonly txHash: string;
  /** Owner keys that went with it. */
  readonly keys: number;
}

/** @throws DppError `transfer/*`, `wallet/*`, `ledger/*`, `tx/*`, …. */
export async function sell(
  wallet: ConnectedWallet,
  { step }: WalletStep,
  { owned, receiver, request, keys }: Sale,
): Promise<Sold> {
  const { network, deployment, passport } = owned;
  const placed = await readPlaced(deployment, passport);
  const all = (await wallet.keys(networkIdOf(network))).filter(({ credential }) => credential === "payment");
  const holder = keyHolding(all, placed.owner.address, T.notHere);
  const own = [...new Set([placed.owner.address, ...[holder, ...all].flatMap(bech32)])].slice(
    0,
    MAX_ADDRESSES,
  );
  step(T.building);
  const { actionHead } = placed.facts.passport;
  const bytes = await transferRecord({ config: deployment, passport }, actionHead, receiver.readingKey, keys);
  const record = toHex(bytes);
  const { tx } = await post<{ tx: string }>("/transfers", {
    passport,
    request,
    addresses: own,
    record,
  }).catch((error: unknown) => {
    const absent = error instanceof DppError && error.code === "resolver/unknown-route";
    throw absent ? new DppError(error.code, T.unavailable) : error;
  });
  const { txHash, outputIndex, units, datum } = placed.state;
  const facts = judgeSale(tx, {
    passport,
    policy: placed.facts.passportPolicy,
    networkId: networkIdOf(network),
    state: { txHash, outputIndex, lovelace: BigInt(units.lovelace ?? "0"), datum },
    buyer: receiver.address,
    own,
    record: smallCid(bytes),
  });
  step(T.sign(facts.fee, facts.withToken));
  // Partial: some wallets refuse to sign what they cannot complete by themselves.
  const witnesses = await wallet.signTx(tx, true);
  step(T.sending);
  const sent = await post<{ txHash: string }>("/transfers/submit", { passport, tx, witnesses, record });
  if (sent.txHash !== facts.txHash)
    throw new DppError("server/format", "the server sent another transaction");
  return { txHash: sent.txHash, keys: receiver.readingKey === null ? 0 : keys.length };
}

const bech32 = ({ addresses }: { readonly addresses: readonly string[] }): readonly string[] =>
  addresses.map((hex) => toBech32Address(fromHex(hex)));
