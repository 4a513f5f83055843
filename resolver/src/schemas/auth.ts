/** Proving a role: challenge and answer. Spec: docs/spec/role-proof.md. */
import { type Static, Type } from "@sinclair/typebox";
import { AttestationName, Base64url, Hex, Time } from "./text.js";

const AddressText = Type.String({
  minLength: 10,
  maxLength: 160,
  pattern: "^[a-z0-9_]+$",
  description: "Address of the wallet: bech32, or hex as CIP-30 gives it",
});

export const ChallengeRequest = Type.Object(
  {
    address: AddressText,
    networkId: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1, description: "What the wallet's getNetworkId() says" }),
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
/** CIP-30 signData. */
export const SignDataProof = Type.Object(
  { ...Signed, signature: Hex(4096), key: Hex(512) },
  { additionalProperties: false },
);
/** A signed transaction that can never be submitted, for wallets that cannot signData. */
export const TransactionProof = Type.Object(
  { ...Signed, body: Hex(8192), witnesses: Hex(8192) },
  { additionalProperties: false },
);
export const VerifyRequest = Type.Union([SignDataProof, TransactionProof]);
export type VerifyRequest = Static<typeof VerifyRequest>;

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
