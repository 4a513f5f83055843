import { describe, expect, it } from "vitest";
import { actor } from "../testing/actors.js";
import { syntheticTx } from "../testing/synthetic-tx.js";
import { readUnsigned } from "./unsigned-transaction.js";

const who = actor("signer of tests");
const SCRIPT = "a1".repeat(28);
const made = async (more: object): Promise<readonly string[]> => {
  const inputs = [{ txHash: "cc".repeat(32), outputIndex: 0 }];
  const { cbor } = await syntheticTx({ inputs, outputs: [], ...more }, []);
  return readUnsigned(cbor).oddities;
};

describe("what is unusual in a transaction that several are to sign", () => {
  it("is nothing in a usual one", async () => {
    expect(await made({ validity: [1, 2], required: [who.keyHash], mint: { [`${SCRIPT}01`]: 1 } })).toEqual(
      [],
    );
  });

  it("are accounts that it registers or takes something out of, be it nothing", async () => {
    expect(await made({ registrations: [SCRIPT] })).toEqual(["certificates"]);
    expect(await made({ withdrawals: { [SCRIPT]: 0 } })).toEqual(["withdrawals"]);
    expect(await made({ withdrawals: {}, registrations: [] })).toEqual(["certificates", "withdrawals"]);
  });

  it("is the mark of a failure", async () => {
    expect(await made({ isValid: false })).toEqual(["it is marked as failing"]);
  });
});
