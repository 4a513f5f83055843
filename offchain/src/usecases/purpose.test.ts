import { describe, expect, it } from "vitest";
import { blueprint } from "../adapters/blueprint.gen.js";
import { makeContracts } from "../adapters/contracts.js";
import { encodeJointMint, encodeJointSpend } from "../codec/redeemer.js";
import { JOINT_PREFIX } from "../domain/joint.js";
import { p256Signer } from "../testing/key-signers.js";
import { emptyPlan } from "../testing/transact.js";
import { planCarryScript } from "../tx/deploy.js";
import { planCarryTables } from "../tx/tables.js";
import { purposeOf } from "./purpose.js";

const seed = { txHash: "ab".repeat(32), outputIndex: 0 };
const contracts = makeContracts(blueprint, "embedded", seed);
const name = JOINT_PREFIX + "cd".repeat(12);

describe("what a transaction is for", () => {
  it("is told of joint threads", () => {
    const opening = encodeJointMint({ act: "Open", seed, first: 0, opener: "ef".repeat(20) });
    const mints = [{ policy: contracts.joint.hash, assets: { [name]: 1n }, redeemer: opening }];
    expect(purposeOf(contracts, { ...emptyPlan, mints })).toBe("open a joint thread");
    const redeemer = encodeJointSpend({
      ...{ act: "CoAppend", lo: 0, hi: 1, root: "11".repeat(32), cmin: 0, cmax: 0, late: false },
      ...{ parties: [], peaks: [] },
    });
    const utxo = { ...seed, address: contracts.joint.address, assets: {} };
    expect(purposeOf(contracts, { ...emptyPlan, inputs: [{ utxo, redeemer }] })).toBe(
      "append packs of events that several signed",
    );
  });

  it("is told of the script that checks P-256 signatures, and of its tables", () => {
    expect(purposeOf(contracts, planCarryScript(contracts, contracts.p256.script))).toBe(
      "carry the script that checks P-256 signatures",
    );
    expect(purposeOf(contracts, planCarryScript(contracts, contracts.joint.script))).toBe(
      "carry a reference script",
    );
    expect(purposeOf(contracts, planCarryTables(contracts, [p256Signer("lab").key]))).toBe(
      "write the table of a P-256 key",
    );
    const withdrawals = [{ script: contracts.p256.hash, redeemer: "" }];
    expect(purposeOf(contracts, { ...emptyPlan, withdrawals })).toBe("check P-256 signatures");
    expect(purposeOf(contracts, emptyPlan)).toBe("payment");
  });
});
