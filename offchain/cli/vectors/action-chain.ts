/** Vectors of docs/spec/datum.md "The chain of actions": heads one after the other, and one whose record is no CID. */
import { chainAction } from "../../src/domain/action-chain.js";

const record = (byte: string): string => `01551220${byte.repeat(32)}`;

/** Also asserted by `lib/dpp/action.test.ak`. */
export const actionChainVectors = () => {
  const steps: { head: string; record: string; next: string }[] = [];
  let head = "";
  for (const told of [record("61"), record("62"), record("63")]) {
    const next = chainAction(head, told);
    steps.push({ head, record: told, next });
    head = next;
  }
  const shortest = { head: "", record: "61626364", next: chainAction("", "61626364") };
  const longest = { head: "", record: "61".repeat(64), next: chainAction("", "61".repeat(64)) };
  return { spec: "docs/spec/datum.md", chain: steps, alone: [shortest, longest] };
};
