/** Checks of a receipt that ask for nobody's accreditation, each with its sentence. Spec: docs/spec/receipt.md "Checking". Pure. */
import { eventHash } from "../../codec/event.js";
import { fromHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { EventLeaf } from "../../domain/event.js";
import { requireGroup } from "../../domain/event-payload.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { Receipt, ReceiptCheck, ReceiptCheckName } from "../../domain/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { payloadHash, verifyPayloadElements } from "../../merkle/event-payload.js";
import { verifyProof } from "../../merkle/tree.js";
import { refText } from "./receipt-chain.js";

export type Outcome = Omit<ReceiptCheck, "name">;
export type Found = Map<ReceiptCheckName, Outcome>;

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

/** What a check throws, as a sentence; null: nothing. */
export function faultOf(work: () => void): string | null {
  const found = attempt(() => {
    work();
    return {};
  });
  return typeof found === "string" ? found : null;
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
