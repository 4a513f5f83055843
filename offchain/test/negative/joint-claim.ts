/** A joint pack as a submitter claims it: redeemer, signatures, range and following state agree with each other, so that only the rule meant can object. Made from docs/spec/anchor.md "Joint threads" byte by byte. */
import { constr } from "../../src/codec/plutus-data.js";
import { concat, fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import type { EventSigner } from "../../src/ports/event-signer.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { type KeySignature, signatureBeside } from "../../src/tx/proofs.js";
import { bodyOf, type ClaimedPack, claimSigned, hash } from "./anchor-claim.js";

/** Who is said to have signed, with what its attestation says. */
export interface ClaimedParty {
  readonly name: Uint8Array;
  readonly alg: number;
  /** Hex. */
  readonly pk: string;
  readonly maxDelay: number;
  readonly signer: EventSigner;
}

/** A party in the history. */
export interface WrittenParty {
  readonly name: Uint8Array;
  readonly pk: Uint8Array;
}

export interface JointClaim extends ClaimedPack {
  /** Name of the thread, which is signed, too. */
  readonly thread: Uint8Array;
  /** In the redeemer's order. */
  readonly parties: readonly ClaimedParty[];
  /** What the parties signed otherwise than is claimed. */
  readonly signed?: Partial<Omit<JointClaim, "parties">> & { readonly named?: readonly Uint8Array[] };
  /** What becomes of the signature of the party at a position. */
  readonly alter?: (
    signature: Uint8Array,
    digest: Uint8Array,
    at: number,
  ) => Uint8Array | Promise<Uint8Array>;
  /** What the history says; default what the contract would. */
  readonly sort: number;
  readonly tier: number;
  readonly written?: readonly WrittenParty[];
  readonly maxDelay?: number;
  readonly entry?: Partial<ClaimedPack>;
}

const sized = (part: Uint8Array): Uint8Array => concat(Uint8Array.of(part.length), part);

export const writtenOf = ({ name, pk }: ClaimedParty): WrittenParty => ({ name, pk: fromHex(pk) });

/** What each party signs of it. */
export function jointDigestOf(claim: JointClaim): Uint8Array {
  const signed = { ...claim, ...claim.signed };
  const names = claim.signed?.named ?? claim.parties.map(({ name }) => name);
  const parties = hash(...names.map(sized));
  return hash(utf8("dpp/co-pack/1"), signed.config, parties, bodyOf(signed), signed.thread);
}

/** Also answers what has to be proven beside it. */
export async function claimJoint(
  plan: TxPlan,
  claim: JointClaim,
): Promise<{ readonly plan: TxPlan; readonly signatures: readonly KeySignature[] }> {
  const digest = jointDigestOf(claim);
  const signatures = await Promise.all(
    claim.parties.map(async ({ alg, pk, signer }, at) => {
      const made = await signer.sign(digest);
      return { alg, pk, digest, signature: toHex((await claim.alter?.(made, digest, at)) ?? made) };
    }),
  );
  const parties = signatures.map((signature, at) =>
    constr(0, claim.parties[at]?.name ?? fromHex(""), fromHex(signatureBeside(signature))),
  );
  const written = claim.written ?? claim.parties.map(writtenOf);
  const joint = claimSigned(plan, claim, {
    ...{ sort: claim.sort, tier: claim.tier, signature: parties },
    signers: concat(...written.flatMap(({ name, pk }) => [sized(name), sized(pk)])),
    maxDelay: claim.maxDelay ?? Math.min(...claim.parties.map(({ maxDelay }) => maxDelay)),
    ...(claim.entry === undefined ? {} : { entry: claim.entry }),
  });
  return { plan: joint, signatures };
}
