import { afterAll, describe, expect, it } from "vitest";
import { closeHarnesses, harness } from "../../testing/blockfrost-harness.js";
import type { Fault } from "../../testing/blockfrost-server.js";

afterAll(closeHarnesses);

describe("slots", () => {
  const START = 1_795_264_572;
  const devnet = async (eras: unknown, block: { time: number; slot: number }, slotLength = 1) => {
    const said: Record<string, unknown> = {
      "/genesis": { network_magic: 42, system_start: START, slot_length: slotLength },
      "/network/eras": eras,
      "/blocks/latest": { ...block, height: 1, hash: "ab".repeat(32) },
    };
    const { open } = await harness({
      without: eras === null ? ["/network/eras"] : [],
      fault: ({ path }): Fault | null =>
        said[path] === undefined || said[path] === null
          ? null
          : { kind: "answer", status: 200, body: said[path] },
    });
    return (await open()).slotConfig;
  };
  const era = (start: number, end: number | null, slot = 0) => [
    {
      start: { time: start, slot, epoch: 0 },
      end: end === null ? null : { time: end, slot: slot + 36_000, epoch: 1 },
      parameters: { epoch_length: 36_000, slot_length: 1, safe_zone: 1 },
    },
  ];
  const block = { time: START + 450, slot: 2_250 };

  it("of a devnet are as short as its eras say, though the genesis rounds to a second", async () => {
    expect(await devnet(era(START, START + 7_200), block)).toEqual({
      zeroTime: START * 1000,
      zeroSlot: 0,
      slotLength: 200,
    });
  });

  it("of a devnet are found from eras that count from its start", async () => {
    expect(await devnet(era(0, 7_200), block)).toMatchObject({ zeroTime: START * 1000, slotLength: 200 });
  });

  it("of a devnet without eras are the genesis'", async () => {
    expect(await devnet(null, { time: START + 70, slot: 70 })).toEqual({
      zeroTime: START * 1000,
      zeroSlot: 0,
      slotLength: 1000,
    });
    expect(await devnet(null, { time: START + 35, slot: 70 }, 0.5)).toMatchObject({ slotLength: 500 });
  });

  it("are refused when the latest block contradicts them", async () => {
    await expect(devnet(null, block)).rejects.toMatchObject({
      code: "ledger/unavailable",
      message: expect.stringContaining("slotConfig"),
    });
  });

  it("are refused when no slot can be so long", async () => {
    await expect(devnet(era(START, START), block)).rejects.toMatchObject({ code: "ledger/unavailable" });
  });
});
