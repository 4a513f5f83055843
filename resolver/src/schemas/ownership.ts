/** Proof of ownership: challenge, answer, and what the ledger says of an owner. Spec: docs/spec/ownership.md "HTTP". */
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Base64url, Hash, Hex, PassportId, Policy, Time } from "./text.js";

export const AddressText = Type.String({
  minLength: 10,
  maxLength: 160,
  pattern: "^[A-Za-z0-9_]+$",
  description: "Bech32, or hex as CIP-30 gives it",
});
const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const closed = { additionalProperties: false };
const Network = Type.String({ description: "mainnet, preprod, preview, devnet or embedded" });
const Status = Type.String({ description: "Status of the passport: Active, Revoked, Retired or Repurposed" });
const Since = { since: Time, txHash: Hash };

export const DeploymentAnswer = Type.Object({ network: Network, deployment: Policy });

export const OwnershipParams = Type.Object({ passport: PassportId }, closed);
export const OwnershipAnswerBody = Type.Object({
  passport: PassportId,
  name: Type.String(),
  status: Status,
  network: Network,
  deployment: Policy,
  owner: Nullable(Type.Object({ address: Type.String({ description: "Bech32" }), ...Since })),
  refused: Nullable(Type.String({ description: "Why nobody can prove to own it: ownership/…" })),
});

export const OwnershipChallengeRequest = Type.Object({ passport: PassportId }, closed);
export const OwnershipChallengeAnswer = Type.Object({
  nonce: Type.String(),
  message: Type.String({ description: "The text to sign, ASCII" }),
  expires: Time,
});

export const OwnershipVerifyRequest = Type.Object(
  {
    passport: PassportId,
    address: AddressText,
    nonce: Base64url(128),
    signature: Hex(4096),
    key: Hex(512),
  },
  closed,
);
export const OwnershipVerifyAnswer = Type.Object({
  owner: Type.Literal(true),
  address: Type.String({ description: "Where the (222) lies, bech32" }),
  status: Status,
  ...Since,
});

export const OwnershipPollRequest = Type.Object({ passport: PassportId, nonce: Base64url(128) }, closed);
export const OwnershipPollAnswer = Type.Object({
  answer: Nullable(
    Type.Object({
      address: Type.String(),
      signature: Type.String({ description: "COSE_Sign1, hex" }),
      key: Type.String({ description: "COSE_Key, hex" }),
      status: Status,
      ...Since,
    }),
  ),
});
export type OwnershipPollAnswer = Static<typeof OwnershipPollAnswer>;
