/** Who acts beside the quorum, as the ledger knows them: holders of attestations, and the owner, who gets back what he had. */
import type { UnsignedTransaction } from "../../codec/unsigned-transaction.js";
import type { QuorumAction } from "../../domain/proposal.js";
import type { Role } from "../../domain/role.js";
import type { Utxo } from "../../ports/ledger.js";
import { sameOutRef } from "../../tx/plan.js";
import { isEntitled } from "../actions/read.js";
import type { Reading } from "../context.js";
import { readAttestation } from "../resolve.js";
import type { Expected } from "./expected.js";
import { paymentKeyOf } from "./outputs.js";
import { recordIn } from "./record.js";

/** Attestation name, key hash of its holder, and the role that the act asks for; `null`: any. */
type Claim = readonly [name: string, holder: string, role: Role | null];

/** Attestations that an act presents besides the quorum. */
export function claimsOf(action: QuorumAction): readonly Claim[] {
  switch (action.act) {
    case "reassign":
    case "amend":
      return [
        [action.issuer, action.issuerHolder, "MANUFACTURER"],
        [action.authority, action.authorityHolder, "AUTHORITY"],
      ];
    case "log":
      return [[recordIn(action).actor, action.actorHolder, null]];
    case "retire":
      return [
        [action.recycler, action.recyclerHolder, "RECYCLER"],
        ...(action.authority === null
          ? []
          : [[action.authority, action.authorityHolder, "AUTHORITY"] as const]),
      ];
    default:
      return [];
  }
}

/** `issuer`: attestation name of who answers for the passport that is acted on; `null`: not known. */
export async function partyMismatches(
  reading: Reading,
  action: QuorumAction,
  issuer: string | null,
): Promise<readonly string[]> {
  const found = await Promise.all(
    claimsOf(action).map(async ([name, holder, role]) => {
      const view = await readAttestation(reading, name);
      return view?.holder === holder && view.status === "Active" && (role === null || view.role === role)
        ? []
        : [`${holder} holds no ${role === null ? "" : `${role} `}attestation ${name} in force`];
    }),
  );
  return [...found.flat(), ...(isSpoken(action, issuer) ? [] : [NOT_ENTITLED])];
}

const NOT_ENTITLED = "a recall comes from the passport's manufacturer or an authority, and this one does not";

/** The contract cannot tell a recall from a note. */
function isSpoken(action: QuorumAction, issuer: string | null): boolean {
  if (action.act !== "log" || issuer === null) return true;
  const { type, actor } = recordIn(action);
  return isEntitled(type, actor, issuer);
}

/** The output of the owner that the act needs. */
export const isOwners = ({ returned }: Expected, utxo: Utxo): boolean =>
  returned !== null &&
  sameOutRef(returned.ref, utxo) &&
  utxo.assets[returned.unit] === 1n &&
  paymentKeyOf(utxo.address) === returned.key;

/** The owner gets back exactly what is spent to show that he agrees. */
export function returnMismatches(
  expected: Expected,
  inputs: readonly Utxo[],
  transactions: readonly UnsignedTransaction[],
): readonly string[] {
  const { returned } = expected;
  if (returned === null) return [];
  const spent = inputs.find((utxo) => sameOutRef(utxo, returned.ref));
  // What is gone is named elsewhere.
  if (spent === undefined) return [];
  if (!isOwners(expected, spent)) return [`${returned.key} does not hold the ownership token there`];
  const isWhole = transactions.every(({ outputs }) => {
    const output = outputs.find(({ assets }) => assets[returned.unit] !== undefined);
    return output?.address === spent.address && sameAssets(output.assets, spent.assets);
  });
  return isWhole ? [] : ["the owner does not get back what is spent of him"];
}

function sameAssets(a: Readonly<Record<string, bigint>>, b: Readonly<Record<string, bigint>>): boolean {
  const units = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...units].every((unit) => (a[unit] ?? 0n) === (b[unit] ?? 0n));
}
