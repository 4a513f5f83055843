import { PROTOCOL_PARAMETERS_DEFAULT } from "@lucid-evolution/lucid";
import { describe, expect, it } from "vitest";
import { PROTOCOL_PARAMETERS } from "./protocol-parameters.js";

describe("the embedded ledger's parameters", () => {
  it("are Lucid's, but for the memory limit that mainnet raised", () => {
    const { maxTxExMem, costModels, ...rest } = PROTOCOL_PARAMETERS;
    const { maxTxExMem: lucidMem, costModels: lucidModels, ...lucidRest } = PROTOCOL_PARAMETERS_DEFAULT;
    expect(rest).toEqual(lucidRest);
    expect([lucidMem, maxTxExMem]).toEqual([14_000_000n, 16_500_000n]);
    expect(costModels).toEqual(lucidModels);
    expect(Object.values(costModels).map((model) => model.length)).toEqual([166, 175, 297]);
  });
});
