/**
 * The redeemers of docs/spec/datum.md, anchor.md and signature-forms.md as tagged values and as CBOR hex. The only place where their order stands; `redeemer.test.ts` holds it
 * against the compiled contracts' blueprint. Names and ids are hex without their label; `record` is a binary CID, hex.
 */
import { concat, fromHex, toHex } from "../domain/bytes.js";
import { P256_KEY_BYTES } from "../domain/event-key.js";
import { MAX_PARTIES } from "../domain/joint.js";
import type { OutRef } from "../domain/out-ref.js";
import type { Address, Credential } from "./address.js";
import { constr, decodePlutusData, encodePlutusData, type PlutusData } from "./plutus-data.js";
import {
  boolean,
  type Codec,
  type Decoded,
  hexBytes,
  int,
  list,
  misfit,
  oneOf,
  option,
  record,
} from "./shape.js";

/** Payment and stake part of an address, as a script sees it: without its network. */
export type PlutusAddress = Pick<Address, "payment" | "stake">;

const hash = hexBytes(28);
const credentialUnion = oneOf({ VerificationKey: { hash }, Script: { hash } });

const credential: Codec<Credential> = {
  schema: credentialUnion.schema,
  encode: ({ kind, hash }) =>
    credentialUnion.encode({ act: kind === "key" ? "VerificationKey" : "Script", hash }),
  decode(data, path) {
    const { act, hash } = credentialUnion.decode(data, path);
    return { kind: act === "VerificationKey" ? "key" : "script", hash };
  },
};

const stakeUnion = oneOf({
  Inline: { credential },
  Pointer: { slot: int(), transactionIndex: int(), certificateIndex: int() },
});

/** Pointers are read as what they are and refused: no address of ours has one. */
const stake: Codec<Credential> = {
  schema: stakeUnion.schema,
  encode: (value) => stakeUnion.encode({ act: "Inline", credential: value }),
  decode(data, path) {
    const read = stakeUnion.decode(data, path);
    if (read.act === "Pointer") return oneOf({ Inline: { credential } }).decode(data, path).credential;
    return read.credential;
  },
};

const addressRecord = record({ payment: credential, stake: option(stake) });
const address: Codec<PlutusAddress> = {
  schema: addressRecord.schema,
  encode({ payment, stake }) {
    // A reward address has no payment part: the shape refuses it by name.
    return addressRecord.encode({ payment: payment as Credential, stake });
  },
  decode: (data, path) => addressRecord.decode(data, path),
};

const outRef: Codec<OutRef> = (() => {
  const fields = record({ txHash: hexBytes(32), outputIndex: int(0, 0xffff_ffff) });
  return {
    schema: fields.schema,
    encode: ({ txHash, outputIndex }) => fields.encode({ txHash, outputIndex }),
    decode: fields.decode,
  };
})();

/** `role name ‖ serial(12)`. */
const attestationName = hexBytes(12, 28);
const passportId = hexBytes(28);
const cid = hexBytes(4, 64);
const reason = int(0, 255);
/** More names than a transaction can hold. */
const MAX_NAMES = 512;

const issue = { seed: outRef, indices: list(int(0, 0xffff), MAX_NAMES), first: int() };

export const configSpendCodec = oneOf({ Reclaim: {}, Rotate: {} });
export const rolesMintCodec = oneOf({ Issue: issue, Burn: {}, Replace: { name: attestationName } });
export const rolesSpendCodec = oneOf({
  Renew: {},
  RotateKeys: {},
  Publish: {},
  Suspend: { reason },
  Revoke: { reason },
  Recover: {},
});
export const passportMintCodec = oneOf({
  Issue: issue,
  Burn: {},
  IssueSuccessor: { seed: outRef, index: int(0, 0xffff), first: int(), predecessor: passportId },
});
export const passportSpendCodec = oneOf({
  Update: {},
  Revoke: { authority: attestationName, reason },
  Transfer: { to: address, record: cid },
  Log: { actor: option(attestationName), record: cid },
  Amend: { authority: attestationName },
  Retire: { recycler: attestationName, authority: option(attestationName) },
  Succeed: { actor: attestationName, successor: passportId },
  Reassign: { authority: attestationName },
  Erase: { authority: attestationName },
});

function requireScalar(data: PlutusData, path: string): bigint {
  if (typeof data !== "bigint" || data < 0n || data >= 2n ** 256n)
    throw misfit(path, "an integer of at most 32 bytes");
  return data;
}

/** Of P-256: larger than JavaScript's exact integers. */
const scalar: Codec<bigint> = {
  schema: { dataType: "integer" },
  encode: (value) => requireScalar(value, "value"),
  decode: requireScalar,
};

const counter = int();
const hash32 = hexBytes(32);
/** Of a history with 2^53 entries. */
const peaks = list(hash32, 53);

/** What Append and CoAppend say of a pack, in this order. */
const packNumbers = { lo: counter, hi: counter, root: hash32, cmin: int(), cmax: int(), late: boolean };

export const anchorMintCodec = oneOf({ Open: { first: int() } });
export const anchorSpendCodec = oneOf({
  Append: {
    ...packNumbers,
    signature: hexBytes(0, 512),
    peaks,
  },
  Gap: { lo: counter, hi: counter, reason, peaks },
  Close: {},
});

export const jointMintCodec = oneOf({ Open: { seed: outRef, first: int(), opener: attestationName } });
export const jointSpendCodec = oneOf({
  CoAppend: {
    ...packNumbers,
    parties: list(record({ name: attestationName, signature: hexBytes(0, 512) }), MAX_PARTIES),
    peaks,
  },
});

/** More than a transaction can hold: what a submitter adds beyond what anybody looks up must not make the rest unreadable. */
const MAX_ON_LEDGER = 16_384;
const MAX_STATEMENTS = 256;
/** alg, digest, and the shortest key with a table. */
const MIN_STATEMENT = 1 + 32 + P256_KEY_BYTES;

/** Reference inputs by position; `r` and `w` are those of `crypto/p256.ts` `p256Hints`. */
export const p256ProofsCodec = record({
  statements: list(hexBytes(MIN_STATEMENT, MAX_ON_LEDGER), MAX_STATEMENTS),
  base: int(),
  proofs: list(
    record({
      table: int(),
      r: scalar,
      w: scalar,
      assertion: option(
        record({
          authenticatorData: hexBytes(37, MAX_ON_LEDGER),
          clientDataJSON: hexBytes(1, MAX_ON_LEDGER),
        }),
      ),
    }),
    MAX_STATEMENTS,
  ),
});

/** What the script `p256` is asked to check, hex. `digest`: 32 bytes; `pk`: hex. */
export const statementOf = (alg: number, digest: Uint8Array, pk: string): string =>
  toHex(concat(Uint8Array.of(alg), digest, fromHex(pk)));

export type AnchorMint = Decoded<typeof anchorMintCodec>;
export type AnchorSpend = Decoded<typeof anchorSpendCodec>;
export type JointMint = Decoded<typeof jointMintCodec>;
export type JointSpend = Decoded<typeof jointSpendCodec>;
export type P256Proofs = Decoded<typeof p256ProofsCodec>;
export type ConfigSpend = Decoded<typeof configSpendCodec>;
export type RolesMint = Decoded<typeof rolesMintCodec>;
export type RolesSpend = Decoded<typeof rolesSpendCodec>;
export type PassportMint = Decoded<typeof passportMintCodec>;
export type PassportSpend = Decoded<typeof passportSpendCodec>;

const hexOf = (data: PlutusData): string => toHex(encodePlutusData(data));
const encoder =
  <T>(codec: Codec<T>) =>
  (value: T): string =>
    hexOf(codec.encode(value));
/** @throws DppError `plutus-data/malformed`, `datum/shape`. */
const decoder =
  <T>(codec: Codec<T>) =>
  (cbor: string): T =>
    codec.decode(decodePlutusData(fromHex(cbor)), "redeemer");

export const encodeConfigSpend = encoder(configSpendCodec);
export const decodeConfigSpend = decoder(configSpendCodec);
export const encodeRolesMint = encoder(rolesMintCodec);
export const decodeRolesMint = decoder(rolesMintCodec);
export const encodeRolesSpend = encoder(rolesSpendCodec);
export const decodeRolesSpend = decoder(rolesSpendCodec);
export const encodeAnchorMint = encoder(anchorMintCodec);
export const decodeAnchorMint = decoder(anchorMintCodec);
export const encodeAnchorSpend = encoder(anchorSpendCodec);
export const decodeAnchorSpend = decoder(anchorSpendCodec);
export const encodeJointMint = encoder(jointMintCodec);
export const decodeJointMint = decoder(jointMintCodec);
export const encodeJointSpend = encoder(jointSpendCodec);
export const decodeJointSpend = decoder(jointSpendCodec);
export const encodeP256Proofs = encoder(p256ProofsCodec);
export const decodeP256Proofs = decoder(p256ProofsCodec);
export const encodePassportMint = encoder(passportMintCodec);
export const decodePassportMint = decoder(passportMintCodec);
export const encodePassportSpend = encoder(passportSpendCodec);
export const decodePassportSpend = decoder(passportSpendCodec);

/** The config's one mint redeemer. */
export const CONFIG_FOUND = hexOf(constr(0));
