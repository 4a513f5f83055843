/**
 * Signed transactions from nothing: bytes in the ledger's format with real hashes and signatures, of which no ledger was asked. For histories longer than a
 * test can have contracts run for, and for forgeries.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { parseAddress } from "../codec/address.js";
import { concat, fromHex, toHex } from "../domain/bytes.js";
import type { OutRef } from "../domain/out-ref.js";
import type { Signer } from "../ports/signer.js";

export function head(major: number, value: number): Uint8Array {
  const top = major << 5;
  if (value < 24) return Uint8Array.of(top | value);
  if (value < 0x100) return Uint8Array.of(top | 24, value);
  if (value < 0x10000) return Uint8Array.of(top | 25, value >> 8, value & 0xff);
  const bytes = new Uint8Array(9);
  bytes[0] = top | 27;
  new DataView(bytes.buffer).setBigUint64(1, BigInt(value));
  return bytes;
}
export const uint = (value: number): Uint8Array => (value < 0 ? head(1, -1 - value) : head(0, value));
export const bytestring = (bytes: Uint8Array): Uint8Array => concat(head(2, bytes.length), bytes);
export const array = (...items: readonly Uint8Array[]): Uint8Array => concat(head(4, items.length), ...items);
export const map = (...entries: readonly (readonly [Uint8Array, Uint8Array])[]): Uint8Array =>
  concat(head(5, entries.length), ...entries.flat());
export const tag = (number: number, item: Uint8Array): Uint8Array => concat(head(6, number), item);

export interface SyntheticOutput {
  readonly address: string;
  readonly lovelace?: number;
  /** Unit → quantity. */
  readonly assets?: Readonly<Record<string, number>>;
  /** Inline datum, CBOR hex. */
  readonly datum?: string;
}

export interface SyntheticRedeemer {
  readonly purpose: "spend" | "mint" | "reward";
  readonly index: number;
  /** CBOR hex. */
  readonly data: string;
}

export interface SyntheticTx {
  readonly inputs: readonly OutRef[];
  readonly outputs: readonly SyntheticOutput[];
  readonly referenceInputs?: readonly OutRef[];
  readonly mint?: Readonly<Record<string, number>>;
  /** Script hash → lovelace, from the script's account on a test network. */
  readonly withdrawals?: Readonly<Record<string, number>>;
  /** Hashes of scripts whose accounts it registers. */
  readonly registrations?: readonly string[];
  /** Slots. */
  readonly validity?: readonly [from: number, until: number];
  readonly required?: readonly string[];
  readonly redeemers?: readonly SyntheticRedeemer[];
  /** How redeemers are written: both forms are the ledger's. */
  readonly form?: "list" | "map";
  /** Language view that the script data hash covers. */
  readonly view?: Uint8Array;
  readonly isValid?: boolean;
  readonly collateral?: readonly OutRef[];
  readonly collateralReturn?: SyntheticOutput;
}

const refBytes = ({ txHash, outputIndex }: OutRef): Uint8Array =>
  array(bytestring(fromHex(txHash)), uint(outputIndex));

function assetsBytes(assets: Readonly<Record<string, number>>): Uint8Array {
  const policies = new Map<string, [Uint8Array, Uint8Array][]>();
  for (const [unit, quantity] of Object.entries(assets)) {
    const policy = unit.slice(0, 56);
    const names = policies.get(policy) ?? [];
    names.push([bytestring(fromHex(unit.slice(56))), uint(quantity)]);
    policies.set(policy, names);
  }
  return map(
    ...[...policies].map(([policy, names]) => [bytestring(fromHex(policy)), map(...names)] as const),
  );
}

function outputBytes({ address, lovelace = 2_000_000, assets = {}, datum }: SyntheticOutput): Uint8Array {
  const value =
    Object.keys(assets).length === 0 ? uint(lovelace) : array(uint(lovelace), assetsBytes(assets));
  const entries: [Uint8Array, Uint8Array][] = [
    [uint(0), bytestring(parseAddress(address).bytes)],
    [uint(1), value],
  ];
  if (datum !== undefined) entries.push([uint(2), array(uint(1), tag(24, bytestring(fromHex(datum))))]);
  return map(...entries);
}

export const registration = (script: string): Uint8Array =>
  array(uint(0), array(uint(1), bytestring(fromHex(script))));

const withdrawalsBytes = (withdrawals: Readonly<Record<string, number>>): Uint8Array =>
  map(
    ...Object.entries(withdrawals).map(
      ([script, lovelace]) =>
        [bytestring(concat(Uint8Array.of(0xf0), fromHex(script))), uint(lovelace)] as const,
    ),
  );

const TAGS = { spend: 0, mint: 1, reward: 3 } as const;

function redeemersBytes(redeemers: readonly SyntheticRedeemer[], form: "list" | "map"): Uint8Array {
  const units = array(uint(1000), uint(1_000_000));
  if (form === "list")
    return array(
      ...redeemers.map(({ purpose, index, data }) =>
        array(uint(TAGS[purpose]), uint(index), fromHex(data), units),
      ),
    );
  return map(
    ...redeemers.map(
      ({ purpose, index, data }) =>
        [array(uint(TAGS[purpose]), uint(index)), array(fromHex(data), units)] as const,
    ),
  );
}

export interface SignedSynthetic {
  readonly hash: string;
  readonly cbor: string;
}

/** Signed by these. */
export async function syntheticTx(tx: SyntheticTx, signers: readonly Signer[]): Promise<SignedSynthetic> {
  const redeemers = tx.redeemers === undefined ? null : redeemersBytes(tx.redeemers, tx.form ?? "map");
  const set = (refs: readonly OutRef[]): Uint8Array => tag(258, array(...refs.map(refBytes)));
  const fields: [number, Uint8Array | null][] = [
    [0, set(tx.inputs)],
    [1, array(...tx.outputs.map(outputBytes))],
    [2, uint(200_000)],
    [3, tx.validity === undefined ? null : uint(tx.validity[1])],
    [4, tx.registrations === undefined ? null : tag(258, array(...tx.registrations.map(registration)))],
    [5, tx.withdrawals === undefined ? null : withdrawalsBytes(tx.withdrawals)],
    [8, tx.validity === undefined ? null : uint(tx.validity[0])],
    [9, tx.mint === undefined ? null : assetsBytes(tx.mint)],
    [11, redeemers === null ? null : bytestring(scriptData(redeemers, tx.view))],
    [13, tx.collateral === undefined ? null : set(tx.collateral)],
    [
      14,
      tx.required === undefined
        ? null
        : tag(258, array(...tx.required.map((key) => bytestring(fromHex(key))))),
    ],
    [16, tx.collateralReturn === undefined ? null : outputBytes(tx.collateralReturn)],
    [18, tx.referenceInputs === undefined ? null : set(tx.referenceInputs)],
  ];
  const body = map(
    ...fields.flatMap(([key, value]) => (value === null ? [] : [[uint(key), value] as const])),
  );
  const hash = toHex(blake2b(body, { dkLen: 32 }));
  const witnesses = await Promise.all(signers.map((signer) => signer.signTx(hash)));
  const vkeys = array(
    ...witnesses.map(({ publicKey, signature }) =>
      array(bytestring(fromHex(publicKey)), bytestring(fromHex(signature))),
    ),
  );
  const set5: [Uint8Array, Uint8Array][] = redeemers === null ? [] : [[uint(5), redeemers]];
  const valid = Uint8Array.of(tx.isValid === false ? 0xf4 : 0xf5);
  return { hash, cbor: toHex(array(body, map([uint(0), vkeys], ...set5), valid, Uint8Array.of(0xf6))) };
}

const scriptData = (redeemers: Uint8Array, view: Uint8Array = new Uint8Array()): Uint8Array =>
  blake2b(concat(redeemers, view), { dkLen: 32 });
