/** Single checks of a receipt, each with its sentence. Spec: docs/spec/receipt.md "Checking". Pure. */
import { eventHash } from "../../codec/event.js";
import { packDigest } from "../../codec/pack.js";
import type { KeyVerify } from "../../crypto/event-signature.js";
import type { Attestation } from "../../domain/attestation.js";
import { fromHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import { type EventLeaf, tierOf } from "../../domain/event.js";
import { formOf } from "../../domain/event-key.js";
import { requireGroup } from "../../domain/event-payload.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { Receipt, ReceiptCheck } from "../../domain/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { payloadHash, verifyPayloadElements } from "../../merkle/event-payload.js";
import { verifyProof } from "../../merkle/tree.js";
import { isInForce, type TimeRange } from "./receipt-authority.js";
import { type AttestedLife, type ReadTransaction, refText } from "./receipt-chain.js";

export type Outcome = Omit<ReceiptCheck, "name">;

export const passed = (says: string): Outcome => ({ ok: true, says });
export const failed = (says: string): Outcome => ({ ok: false, says });
export const unchecked = (says: string): Outcome => ({ ok: null, says });

/** Passes when there are no faults. */
export const judged = (faults: readonly string[], says: string): Outcome =>
  faults.length === 0 ? passed(says) : failed(faults.join("; "));

/** What is wrong, as a sentence; of our own errors alone. */
export function attempt<T extends object>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (isDppError(error)) return error.message;
    throw error;
  }
}

export function deploymentCheck({ network, config }: Receipt, root: TrustRoot): Outcome {
  if (network !== root.network)
    return failed(`it is of the network ${network}, and the trust root is of ${root.network}`);
  if (config !== root.config)
    return failed(`it is of the deployment ${config}, and the trust root is of ${root.config}`);
  return passed(`the trust root's: ${config} on ${network}`);
}

export function packCheck({ leaf, path, pack }: Receipt, { counter, captured }: EventLeaf): Outcome {
  const { lo, hi, root, cmin, cmax } = pack;
  const [index, count] = [counter - lo, hi - lo];
  const faults: string[] = [];
  if (!verifyProof(fromHex(root), eventHash(leaf), { index, count, path }))
    faults.push("the path does not lead from this event to the pack's root");
  if (captured < cmin || captured > cmax) faults.push("it was captured outside of the pack's times");
  return judged(faults, `event ${index + 1} of the ${count} under the pack's root`);
}

export function payloadCheck({ payload }: Receipt, { type, payload: hash }: EventLeaf): Outcome {
  if (payload === null) return unchecked("not included: what happened is in the event's payload");
  const { leaves, elements } = payload;
  if (payloadHash(leaves) !== hash) return failed("the payload is not the one that the event commits to");
  const wrong = attempt(() => {
    verifyPayloadElements(leaves, elements);
    requireGroup(
      type,
      "public",
      elements.map(({ element }) => element),
    );
    return elements;
  });
  if (typeof wrong === "string") return failed(wrong);
  return passed(`${elements.length} of the payload's ${leaves.length} elements are public, and shown`);
}

export function authorityCheck({ faults, authorities }: AttestedLife): Outcome {
  const changes = authorities.length - 1;
  const more = changes === 0 ? "" : ` and ${changes === 1 ? "its change" : `its ${changes} changes`}`;
  return judged(
    faults,
    `the source's attestation${more}: signed by the trusted consortium${authorities.includes("holder") ? " and by the holder" : ""}`,
  );
}

const iso = (time: number): string =>
  Number.isFinite(new Date(time).getTime()) ? new Date(time).toISOString() : `${time} ms`;

export function attestationCheck(
  { signed }: ReadTransaction,
  range: TimeRange,
  { output, state: { extra } }: { readonly output: OutRef; readonly state: { readonly extra: Attestation } },
): Outcome {
  const faults: string[] = [];
  if (!signed.referenceInputs.some((ref) => refText(ref) === refText(output)))
    faults.push("the append does not refer to the attestation as the receipt has it last");
  if (extra.status !== "Active") faults.push(`the attestation was ${extra.status}`);
  else if (!isInForce(extra, range))
    faults.push("the append was not within the attestation's dates, or its times are not bounded to an hour");
  if (!hasEventKey(extra)) faults.push("the attestation has no key for events that can be checked");
  return judged(
    faults,
    `${extra.role}, active from ${iso(extra.validFrom)} to ${iso(extra.validTo)}, as the append refers to it`,
  );
}

const hasEventKey = ({ alg, pk }: Attestation): boolean => pk !== "" && formOf(alg, pk) !== null;

export function tierCheck(leaf: EventLeaf, { role, kind }: Attestation): Outcome {
  const faults: string[] = [];
  if (leaf.role !== role) faults.push(`it says ${leaf.role}, and its source is accredited as ${role}`);
  if (leaf.tier !== tierOf(kind))
    faults.push(`it claims ${leaf.tier}, and its source's attestation gives ${tierOf(kind)}`);
  return judged(faults, `${leaf.tier}, as its source's attestation gives it`);
}

export function signatureCheck(
  { pack }: Receipt,
  { source }: EventLeaf,
  { kind, pk }: Attestation,
  { config }: TrustRoot,
  verify: KeyVerify,
): Outcome {
  const digest = attempt(() => packDigest({ ...pack, config, source, tier: tierOf(kind) }));
  if (typeof digest === "string") return failed(digest);
  return verify(fromHex(pk), digest, fromHex(pack.signature))
    ? passed("the source's key signed the pack, for this deployment and under its own tier")
    : failed("the pack is not signed by the key of the source's attestation");
}

/** `appended`, `latest`: outputs of the thread that the receipt leads to. */
export function ledgerCheck(appended: OutRef, latest: OutRef, given: OutRef | undefined): Outcome {
  if (given === undefined)
    return unchecked(
      "that the ledger holds these transactions is not checked offline: give --state, or ask with --online",
    );
  const text = refText(given);
  if (text === refText(appended)) return passed("the output that was given is the one that the append made");
  if (text === refText(latest))
    return passed(
      "the thread's history in the output that was given has this event's pack; which transaction wrote it, that does not show",
    );
  return failed(
    `the receipt does not lead to the output ${text}: either the ledger has no such event, or the receipt is older than that output; have it made anew`,
  );
}
