/**
 * A proposal: an act that several must sign on their own machines: the consortium's members, or an actor and an owner. Spec: docs/spec/proposal.md.
 * Which members sign is fixed in a transaction's body, so a proposal holds one unsigned transaction for every set of signers that suffices.
 */
import type { SourceKind } from "./attestation.js";
import type { Deployment } from "./config.js";
import type { Role } from "./role.js";

/** What is said of an actor who is to be accredited; times in POSIX ms. */
export interface ProposedRole {
  readonly role: Role;
  readonly kind: SourceKind;
  /** Key hash, hex. */
  readonly holder: string;
  readonly alg: number;
  readonly pk: string;
  readonly encPk: string;
  readonly operator: string;
  readonly place: string;
  readonly validFrom: number;
  readonly validTo: number;
  readonly maxDelay: number;
  /** What wallets show. */
  readonly title: string;
  readonly image: string;
  /** Wallet of the badge, bech32. */
  readonly badgeTo: string;
}

interface Consortium {
  readonly members: readonly string[];
  readonly threshold: number;
  readonly freezeKeys: readonly string[];
}

/** The owner of a passport, who agrees by spending what holds its (222); it is made again as it was. */
export interface AgreeingOwner {
  /** Key hash, hex. */
  readonly key: string;
  readonly output: string;
}

/** Who agrees to a retirement: the owner, or an authority in his place. */
type Agreeing =
  | { readonly owner: AgreeingOwner; readonly authority: null; readonly authorityHolder: null }
  | { readonly owner: null; readonly authority: string; readonly authorityHolder: string };

/** Attestation names, passport ids and key hashes in hex; outputs as `{transaction hash}#{index}`. */
export type QuorumAction =
  | { readonly act: "issue"; readonly seed: string; readonly roles: readonly ProposedRole[] }
  | {
      readonly act: "renew";
      readonly attestation: string;
      readonly validFrom: number;
      readonly validTo: number;
    }
  | { readonly act: "revoke"; readonly attestation: string; readonly reason: number }
  | {
      readonly act: "recover";
      readonly attestation: string;
      readonly holder: string;
      readonly alg: number;
      readonly pk: string;
      readonly encPk: string;
      /** After the act. */
      readonly keyEpoch: number;
      /** Wallet of a second badge, bech32; `null`: the badge is not lost. */
      readonly badgeTo: string | null;
    }
  | ({ readonly act: "rotate"; readonly successor: string | null } & Consortium)
  | {
      readonly act: "reassign";
      readonly passport: string;
      /** Attestation of the MANUFACTURER who takes over, and the key that holds it: it signs, too. */
      readonly issuer: string;
      readonly issuerHolder: string;
      readonly authority: string;
      readonly authorityHolder: string;
    }
  | {
      readonly act: "log";
      /** Bytes of the action record, hex: it says which passport, in whose name and after which head. */
      readonly record: string;
      /** Key that holds the attestation in whose name it is logged. */
      readonly actorHolder: string;
      readonly owner: AgreeingOwner;
    }
  | ({
      readonly act: "retire";
      readonly passport: string;
      /** Attestation of a RECYCLER. */
      readonly recycler: string;
      readonly recyclerHolder: string;
    } & Agreeing)
  | {
      readonly act: "amend";
      readonly passport: string;
      readonly issuer: string;
      readonly issuerHolder: string;
      readonly authority: string;
      readonly authorityHolder: string;
      /** Of the new label; its salt stays with the issuer. */
      readonly idCommit: string;
      readonly idMethod: number;
    }
  | { readonly act: "reclaim"; readonly output: string }
  | ({ readonly act: "found"; readonly seed: string } & Consortium);

export type QuorumAct = QuorumAction["act"];

/** One set of members that suffices, and the transaction that they sign. */
export interface Variant {
  /** Key hashes, ascending; none for an act that no quorum signs. */
  readonly members: readonly string[];
  /** Unsigned transaction, CBOR hex. */
  readonly tx: string;
}

export interface ProposalSignature {
  /** Ed25519 over the hash of the variant's body; hex. */
  readonly publicKey: string;
  readonly signature: string;
  /** Position of the variant. */
  readonly variant: number;
}

export interface Proposal {
  readonly deployment: Pick<Deployment, "network" | "configPolicy">;
  /** Hash over everything but the signatures, hex. */
  readonly id: string;
  /** Key hash of who pays the fee: he signs every variant. */
  readonly proposer: string;
  readonly action: QuorumAction;
  readonly variants: readonly Variant[];
  /** Range in which the ledger takes it, POSIX ms; `null`: no bound in the transaction. */
  readonly window: { readonly from: number | null; readonly to: number | null };
  /** POSIX ms after which nobody shall sign or submit it. */
  readonly expires: number;
  readonly signatures: readonly ProposalSignature[];
}

/** Beyond this many sets of signers, the proposer names who will sign. */
export const MAX_VARIANTS = 20;
export const MAX_PROPOSED_ROLES = 20;

/** No quorum signs these: an actor with an owner or another actor. */
const WITHOUT_QUORUM: readonly QuorumAct[] = ["log", "retire", "amend"];
export const needsQuorum = ({ act }: Pick<QuorumAction, "act">): boolean => !WITHOUT_QUORUM.includes(act);

/** Who signs beside members and proposer, whichever members sign. */
export const cosignersOf = (action: QuorumAction): readonly string[] => [...new Set(cosigners(action))];

function cosigners(action: QuorumAction): readonly string[] {
  switch (action.act) {
    case "reassign":
    case "amend":
      return [action.issuerHolder, action.authorityHolder];
    case "log":
      return [action.actorHolder, action.owner.key];
    case "retire":
      return [action.recyclerHolder, action.owner === null ? action.authorityHolder : action.owner.key];
    default:
      return [];
  }
}

/** Keys that must sign this variant. */
export const signersOf = (
  { action, proposer }: Pick<Proposal, "action" | "proposer">,
  { members }: Pick<Variant, "members">,
): readonly string[] => [...new Set([...members, ...cosignersOf(action), proposer])];
