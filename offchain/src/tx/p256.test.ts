import { beforeEach, describe, expect, it } from "vitest";
import { blueprint } from "../adapters/blueprint.gen.js";
import { decodeThreadDatum } from "../codec/datum.js";
import { packDigest } from "../codec/pack.js";
import { toHex } from "../domain/bytes.js";
import type { PackHeader } from "../domain/pack.js";
import { referenceUnit } from "../domain/tokens.js";
import { emptyRange } from "../merkle/range.js";
import { accreditP256, keySigner, type P256Source } from "../testing/p256-world.js";
import { type EmbeddedWorld, makeWorld } from "../testing/world.js";
import { readTables } from "../usecases/events/tables.js";
import { wholeSlots } from "./anchor.js";
import { planAppend } from "./append.js";
import { threadUnit } from "./threads.js";

describe("a pack that a P-256 key signed", () => {
  let world: EmbeddedWorld;
  beforeEach(async () => {
    world = await makeWorld(blueprint);
  });

  const only = async (unit: string) => {
    const utxo = await world.ledger.utxoByUnit(unit);
    if (utxo === null) throw new Error(`${unit} is nowhere`);
    return utxo;
  };

  async function planOf(source: P256Source, change: Partial<PackHeader> = {}) {
    const { name } = await accreditP256(world, source, "owner");
    const signer = keySigner(source);
    const now = world.clock.now();
    const header: PackHeader = {
      config: world.contracts.config.hash,
      source: name,
      tier: source === "meter" ? "DEVICE_SIGNED" : "INDIVIDUAL_SIGNED",
      ...{ lo: 0, hi: 100, root: "ab".repeat(32), cmin: now - 1000, cmax: now - 500 },
    };
    const pack = { ...header, ...change, signature: toHex(await signer.sign(packDigest(header))) };
    const { contracts, ledger } = world;
    const unit = threadUnit(contracts, name);
    const { tables } = await readTables({ ledger, contracts }, [{ alg: signer.alg, pk: signer.publicKey }]);
    const { plan } = planAppend(
      contracts,
      await world.deployment(),
      [
        {
          state: { utxo: await only(unit), range: emptyRange() },
          signers: [{ name, utxo: await only(referenceUnit(contracts.roles.hash, name)) }],
          pack,
        },
      ],
      wholeSlots(ledger.slotConfig, world.validity()),
      tables,
    );
    return { plan, unit };
  }

  it.each(["meter", "tablet"] as const)("is appended: of a %s", async (source) => {
    const { plan, unit } = await planOf(source);
    await world.accept(plan, world.actors.stranger);
    expect(decodeThreadDatum((await only(unit)).datum ?? "").next).toBe(100);
  });

  it.each(["meter", "tablet"] as const)(
    "is refused when it is another than the signed one: of a %s",
    async (source) => {
      const { plan } = await planOf(source, { root: "ac".repeat(32) });
      await expect(world.accept(plan, world.actors.stranger)).rejects.toMatchObject({
        code: "tx/script-refused",
      });
    },
  );
});
