/** Who is to be accredited: a key of this home, or a wallet elsewhere that only its address and public reading key are known of. */
import type { Keystore } from "../src/adapters/keystore.js";
import { parseAddress, toBech32Address } from "../src/codec/address.js";
import { credentialOf } from "../src/crypto/cip8.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import { type Network, networkId } from "../src/ports/ledger.js";

/** Shown by wallets when nobody names an image: a disc, in the URI itself, so that no host is asked. */
export const BADGE_IMAGE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><circle r='9'/></svg>";

export interface Actor {
  /** Key hash (hex) that will sign and prove the role. */
  readonly holder: string;
  /** X25519 public key, hex. */
  readonly encPk: string;
  /** Wallet that receives the badge. */
  readonly badgeAddress: string;
}

export interface ActorOptions {
  readonly key?: string;
  readonly holder?: string;
  readonly readingKey?: string;
  readonly badgeTo?: string;
}

/** @throws DppError `usage/arguments`, `usage/address`, `keystore/*`. */
export async function actorOf(keys: Keystore, network: Network, options: ActorOptions): Promise<Actor> {
  const { key, holder, readingKey, badgeTo } = options;
  if (key !== undefined && holder === undefined && readingKey === undefined) {
    const { signer, reading } = await keys.load(key);
    return {
      holder: signer.keyHash,
      encPk: reading.publicKey,
      badgeAddress: badgeAddressOf(badgeTo ?? signer.address, network),
    };
  }
  if (key !== undefined || holder === undefined || readingKey === undefined) {
    throw new DppError("usage/arguments", "give --key, or --holder and --reading-key of a wallet elsewhere");
  }
  return {
    holder: credentialHash(holder, network),
    encPk: readingKey,
    badgeAddress: badgeAddressOf(badgeTo ?? holder, network),
  };
}

/** A key hash (hex), an address, or the name of a key here. @throws DppError `usage/address`, `keystore/*`. */
export async function keyHashOf(keys: Keystore, network: Network, text: string): Promise<string> {
  if (/^[0-9a-f]{56}$/.test(text)) return text;
  if (/^(addr|stake)(_test)?1/.test(text)) return credentialHash(text, network);
  return (await keys.load(text)).signer.keyHash;
}

/** A badge at a script's address proves nobody's role (docs/spec/role-proof.md). @throws DppError `usage/address`. */
function badgeAddressOf(text: string, network: Network): string {
  const address = payableAddress(text, network);
  if (parseAddress(address).address.payment?.kind === "script") {
    throw new DppError(
      "usage/address",
      `${text}: a script cannot prove a role with the badge: name a wallet's address, whose payment part is a key (--badge-to)`,
    );
  }
  return address;
}

/** Payment key of a base or enterprise address, stake key of a reward address. */
const credentialHash = (address: string, network: Network): string =>
  named(address, () => credentialOf(parseAddress(address).address, networkId(network)).keyHash);

/** Bech32. @throws DppError `usage/address` for another network, or for an address that cannot receive tokens. */
export function payableAddress(text: string, network: Network): string {
  const { address, bytes } = named(text, () => parseAddress(text));
  if (address.networkId !== networkId(network))
    throw new DppError(
      "usage/address",
      `${text} belongs to another network: give the wallet's address on ${network}`,
    );
  if (address.kind === "reward") {
    throw new DppError(
      "usage/address",
      `${text} is a stake address: name a wallet for the tokens, too (--badge-to)`,
    );
  }
  return toBech32Address(bytes);
}

function named<T>(address: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isDppError(cause)) throw new DppError("usage/address", `${address}: ${cause.message}`, { cause });
    throw cause;
  }
}
