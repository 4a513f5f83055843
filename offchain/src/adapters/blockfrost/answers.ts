/**
 * Readers of the server's JSON: what an answer must look like before the adapter believes it, bounded in size. They name what they need and
 * ignore the rest, so a server may say more than the documentation does. Shapes: Blockfrost's OpenAPI description, `@blockfrost/openapi`.
 */

/** The server answered something else than documented; `path` says where. Turned into `ledger/unavailable` by `server.ts`. */
export class Misfit extends Error {
  readonly path: string;

  constructor(path: string, expected: string) {
    super(`${path}: expected ${expected}`);
    this.path = path;
  }
}

/** @throws Misfit */
export type Reader<T> = (value: unknown, path: string) => T;

export const HASH = /^[0-9a-f]{64}$/;
/** Policy id and asset name. */
export const UNIT = /^[0-9a-f]{56}(?:[0-9a-f]{2}){0,32}$/;
const QUANTITY = /^[0-9]{1,20}$/;
/** Four times the ledger's limit of a transaction, in hex. */
const MAX_HEX = 2 * 65_536;
/** More than fit into an output of 5,000 bytes. */
const MAX_AMOUNTS = 2_000;
/** Inputs or outputs that fit into a transaction of 16 KiB, with room. */
const MAX_REFS = 2_000;

/** A JSON object with these members; others are ignored. */
export const object =
  <T>(members: { readonly [K in keyof T]: Reader<T[K]> }): Reader<T> =>
  (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new Misfit(path, "an object");
    const given = value as Record<string, unknown>;
    const entries = Object.entries<Reader<unknown>>(members).map(([name, read]) => [
      name,
      read(given[name], `${path}.${name}`),
    ]);
    return Object.fromEntries(entries) as T;
  };

export const list =
  <T>(item: Reader<T>, max: number): Reader<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length > max) throw new Misfit(path, `a list of at most ${max}`);
    return value.map((entry: unknown, index) => item(entry, `${path}[${index}]`));
  };

export const text =
  (form: RegExp, expected: string): Reader<string> =>
  (value, path) => {
    if (typeof value !== "string" || !form.test(value)) throw new Misfit(path, expected);
    return value;
  };

export const orNull =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value, path) =>
    value === null || value === undefined ? null : read(value, path);

/** A whole number from 0. */
export const whole: Reader<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw new Misfit(path, "a whole number");
  return value;
};

/** A number from 0, whole or not. */
export const ratio: Reader<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) throw new Misfit(path, "a number");
  return value;
};

export const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new Misfit(path, "true or false");
  return value;
};

/** A quantity, which stands as text because it may exceed 2^53. */
export const quantity: Reader<bigint> = (value, path) =>
  BigInt(text(QUANTITY, "a quantity as text")(value, path));

/** A number that stands as text. */
export const wholeText: Reader<number> = (value, path) => whole(Number(quantity(value, path)), path);

export const hash = text(HASH, "a hash of 32 bytes");
export const unit = text(UNIT, "an asset");
/** Bech32 or base58; what it says is not looked at. */
export const addressText = text(/^[0-9A-Za-z_]{1,256}$/, "an address");

/** Non-empty hexadecimal text. */
export const hex: Reader<string> = (value, path) => {
  const read = text(/^(?:[0-9a-f]{2})+$/, "hexadecimal text")(value, path);
  if (read.length > MAX_HEX) throw new Misfit(path, `at most ${MAX_HEX / 2} bytes`);
  return read;
};

const amount = object({ unit: text(/^(?:lovelace|[0-9a-f]{56,120})$/, "a unit"), quantity });

/** What an output holds; a unit may stand once. */
export const amounts: Reader<Readonly<Record<string, bigint>>> = (value, path) => {
  const read = list(amount, MAX_AMOUNTS)(value, path);
  const assets = Object.fromEntries(read.map((entry) => [entry.unit, entry.quantity]));
  if (Object.keys(assets).length !== read.length || assets.lovelace === undefined)
    throw new Misfit(path, "lovelace, and each unit once");
  return assets;
};

/** What every listing says of an output. */
const output = {
  address: addressText,
  output_index: whole,
  amount: amounts,
  data_hash: orNull(hash),
  inline_datum: orNull(hex),
  reference_script_hash: orNull(text(/^[0-9a-f]{56}$/, "a script hash")),
};

export const utxo = object({ ...output, tx_hash: hash });
export type UtxoAnswer = ReturnType<typeof utxo>;

export const block = object({ hash, time: whole, height: whole, slot: whole });

export const genesis = object({ network_magic: whole, system_start: whole, slot_length: ratio });

const bound = object({ time: whole, slot: whole });
export const eras = list(
  object({ start: bound, end: orNull(bound), parameters: object({ slot_length: ratio }) }),
  100,
);

export const transaction = object({
  hash,
  slot: whole,
  block_height: whole,
  index: whole,
  valid_contract: flag,
});
export type TransactionAnswer = ReturnType<typeof transaction>;

export const transactionCbor = object({ cbor: hex });

export const transactionUtxos = object({
  inputs: list(
    object({ tx_hash: hash, output_index: whole, collateral: flag, reference: orNull(flag) }),
    MAX_REFS,
  ),
  outputs: list(object({ ...output, collateral: flag, consumed_by_tx: orNull(hash) }), MAX_REFS),
});
export type TransactionUtxosAnswer = ReturnType<typeof transactionUtxos>;

export const holder = object({ address: addressText, quantity });
export const moved = object({ tx_hash: hash });
export const policyAsset = object({ asset: unit, quantity });

const costs = list<number>((value, path) => {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Misfit(path, "a cost");
  return value;
}, 1_000);

export const parameters = object({
  min_fee_a: whole,
  min_fee_b: whole,
  max_tx_size: whole,
  max_val_size: wholeText,
  key_deposit: quantity,
  pool_deposit: quantity,
  drep_deposit: quantity,
  gov_action_deposit: quantity,
  price_mem: ratio,
  price_step: ratio,
  max_tx_ex_mem: quantity,
  max_tx_ex_steps: quantity,
  coins_per_utxo_size: quantity,
  collateral_percent: whole,
  max_collateral_inputs: whole,
  min_fee_ref_script_cost_per_byte: ratio,
  // The raw lists are in the ledger's order; `cost_models` has names, and the order of names has changed before.
  cost_models_raw: object({ PlutusV1: costs, PlutusV2: costs, PlutusV3: costs }),
});
