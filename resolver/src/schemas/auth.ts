/** Proving a role: challenge and answer. Spec: docs/spec/role-proof.md. */
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { AttestationName, Base64url, Hex, KeyHash, Time } from "./text.js";

const AddressText = Type.String({
  minLength: 10,
  maxLength: 160,
  // Wide enough for Byron's base58, which is refused by its name.
  pattern: "^[A-Za-z0-9_]+$",
  description: "Address of the wallet: bech32, or hex as CIP-30 gives it",
});

/** A wallet may have thousands of addresses; a request holds 32 KB. */
export const MAX_KEYS = 256;
export const HoldersRequest = Type.Object(
  {
    keys: Type.Array(KeyHash, {
      minItems: 1,
      maxItems: MAX_KEYS,
      description: "Key hashes of a wallet's addresses: payment and stake keys",
    }),
  },
  { additionalProperties: false },
);
export type HoldersRequest = Static<typeof HoldersRequest>;

const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const HoldersAnswer = Type.Object({
  holders: Type.Array(
    Type.Object({
      key: KeyHash,
      attestation: AttestationName,
      role: Type.String(),
      refused: Nullable(Type.String({ description: "Null: in force, as far as status and dates go" })),
      badge: Nullable(
        Type.String({ description: "Address that holds the badge, bech32; null: none, or several" }),
      ),
    }),
  ),
});
export type HoldersAnswer = Static<typeof HoldersAnswer>;

export const ChallengeRequest = Type.Object(
  {
    address: AddressText,
    networkId: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1, description: "What the wallet's getNetworkId() says" }),
    ),
    badgeOf: Type.Optional(
      Type.String({
        ...AddressText,
        description:
          "The holder's address, when this challenge is for the other address where his badge lies",
      }),
    ),
  },
  { additionalProperties: false },
);
export type ChallengeRequest = Static<typeof ChallengeRequest>;

export const ChallengeAnswer = Type.Object({
  nonce: Type.String(),
  message: Type.String({ description: "The text to sign, UTF-8" }),
  expires: Time,
  roles: Type.Integer({ description: "Attestations that name the address's key, in force or not" }),
});

const Signed = {
  address: AddressText,
  nonce: Base64url(128),
};
const SignData = { ...Signed, signature: Hex(4096), key: Hex(512) };
const Transaction = { ...Signed, body: Hex(8192), witnesses: Hex(8192) };
/** A proof of the badge's own address, by a challenge with `badgeOf`. */
const BadgeProof = Type.Union([
  Type.Object(SignData, { additionalProperties: false }),
  Type.Object(Transaction, { additionalProperties: false }),
]);
const badge = Type.Optional(BadgeProof);
/** CIP-30 signData. */
export const SignDataProof = Type.Object({ ...SignData, badge }, { additionalProperties: false });
/** A signed transaction that can never be submitted, for wallets that cannot signData. */
export const TransactionProof = Type.Object({ ...Transaction, badge }, { additionalProperties: false });
export const VerifyRequest = Type.Union([SignDataProof, TransactionProof]);
export type VerifyRequest = Static<typeof VerifyRequest>;
export type AddressProof = Static<typeof BadgeProof>;

export const RefusedRole = Type.Object({
  attestation: AttestationName,
  role: Type.String(),
  code: Type.String(),
  message: Type.String(),
});

export const VerifyAnswer = Type.Object({
  token: Type.String({ description: "For Authorization: Bearer" }),
  expires: Time,
  roles: Type.Array(
    Type.Object({
      attestation: AttestationName,
      role: Type.String(),
      operator: Type.String(),
      validTo: Time,
      encPk: Type.String({ description: "X25519 public key that direct groups are sealed to" }),
    }),
  ),
  refused: Type.Array(RefusedRole),
});
