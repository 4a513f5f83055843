import { describe, expect, it } from "vitest";
import type { QuorumAction } from "../../domain/proposal.js";
import { authenticator, p256Signer } from "../../testing/key-signers.js";
import { eventKeyFaults } from "./event-keys.js";

const element = p256Signer("station").key;
const tablet = authenticator("tablet").key;
const otherTable = p256Signer("another").key.pk.slice(66);

const issuing = (...roles: readonly { alg: number; pk: string }[]) =>
  ({ act: "issue", roles }) as unknown as QuorumAction;
const recovering = (key: { alg: number; pk: string }) =>
  ({ act: "recover", ...key }) as unknown as QuorumAction;

describe("a proposal's event keys", () => {
  it("are fit to be accredited: of each form, or none", () => {
    expect(eventKeyFaults(issuing(element, tablet, { alg: 0, pk: "" }))).toEqual([]);
    expect(eventKeyFaults(recovering(element))).toEqual([]);
    expect(
      eventKeyFaults({ act: "revoke", attestation: "aa", reason: 0 } as unknown as QuorumAction),
    ).toEqual([]);
  });

  it("are told, each that is not", () => {
    const mixed = { alg: 2, pk: element.pk.slice(0, 66) + otherTable };
    const found = eventKeyFaults(issuing(element, mixed, { alg: 3, pk: element.pk }));
    expect(found).toHaveLength(2);
    expect(found[0]).toContain("another key than the one shown");
    expect(found[1]).toContain("of no form that is checked");
    expect(eventKeyFaults(recovering(mixed))).toHaveLength(1);
    expect(eventKeyFaults(recovering({ alg: 1, pk: "00".repeat(32) }))).toHaveLength(1);
  });
});
