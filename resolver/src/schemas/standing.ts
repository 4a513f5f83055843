/** How somebody stands who is suspended or revoked. */
import { Type } from "@sinclair/typebox";
import { AttestationName, Hash, Time } from "./text.js";

const Ended = {
  status: Type.Union([Type.Literal("Suspended"), Type.Literal("Revoked")]),
  since: Type.Object({ txHash: Hash, slot: Type.Integer(), height: Type.Integer(), time: Time }),
  reason: Type.Union([Type.Integer({ description: "Code of docs/spec/datum.md" }), Type.Null()]),
};

export const EndedStanding = Type.Object(Ended);

export const DoubtedActor = Type.Object({
  attestation: AttestationName,
  role: Type.String(),
  operator: Type.String(),
  ...Ended,
  actions: Type.Integer({ description: "Logged in its name on this passport" }),
});
