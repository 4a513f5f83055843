import { beforeAll, describe, expect, it } from "vitest";
import { decodeCbor, encodeCbor } from "../../codec/cbor.js";
import { sealDeviceList } from "../../crypto/registry-seal.js";
import { toHex, utf8 } from "../../domain/bytes.js";
import { actor } from "../../testing/actors.js";
import { seededRandom } from "../../testing/seeded-random.js";
import {
  BY,
  CONFIG,
  inPerson,
  OPERATOR,
  person,
  readerPair,
  type SupplierWorld,
  supplierWorld,
} from "../../testing/supplier-world.js";
import { blockCard } from "./cards.js";
import { type DeviceListTrust, exportDeviceList, openDeviceList } from "./device-list.js";
import { enrolSuppliers } from "./enrol.js";
import { endSupplier } from "./leave.js";

const operator = actor("operator");
const tablet = readerPair("ab".repeat(25), "tablet");
let world: SupplierWorld;
let bytes: Uint8Array;
let trust: DeviceListTrust;

beforeAll(async () => {
  world = await supplierWorld();
  const now = world.clock.now();
  await enrolSuppliers(
    world.registry,
    [1, 2, 3].map((n) => person(n, now)),
    inPerson,
  );
  const lost = (await world.registry.supplier(2)).cards[0]?.id ?? expect.fail("no card");
  await blockCard(world.registry, lost, "lost", BY);
  await endSupplier(world.registry, 3, BY);
  const exported = await exportDeviceList(world.registry, tablet.reader, operator);
  ({ bytes } = exported);
  trust = {
    config: CONFIG,
    operator: OPERATOR,
    reader: tablet.reader.name,
    secretKey: tablet.secretKey,
    signers: [operator.keyHash],
    networkId: 0,
    atLeast: exported.revision,
  };
});

describe("a device list", () => {
  it("holds the usable cards with number, dates and capacity, and no name or phone", async () => {
    const { id, from, to } = (await world.registry.supplier(1)).cards[0] ?? expect.fail("no card");
    const { cards, signer } = await openDeviceList(bytes, trust);
    expect(signer).toBe(operator.keyHash);
    expect(cards).toEqual([
      { card: id, supplier: 1, from, to, capacities: [{ season: "2026", product: "shea", kg: 450 }] },
    ]);
    for (const secret of ["supplier 1", "+15550100001"]) {
      expect(toHex(bytes)).not.toContain(toHex(utf8(secret)));
      expect(JSON.stringify(cards)).not.toContain(secret);
    }
  });

  it("is refused by another device, operator or deployment, and when it is older than the one there", async () => {
    const refusals: [Partial<DeviceListTrust>, string][] = [
      [{ reader: "cd".repeat(25) }, "supplier/other-device"],
      [{ operator: "gln:9506000134352" }, "supplier/other-registry"],
      [{ config: "ff".repeat(28) }, "supplier/other-registry"],
      [{ atLeast: trust.atLeast + 1 }, "supplier/rolled-back"],
      [{ signers: [actor("somebody else").keyHash] }, "supplier/list-signature"],
      [{ secretKey: world.office.secretKey }, "supplier/list-sealed"],
    ];
    for (const [change, code] of refusals)
      await expect(openDeviceList(bytes, { ...trust, ...change }), code).rejects.toMatchObject({ code });
  });

  it("with suppliers that a stranger invented is refused, though he can seal to the device's public key", async () => {
    const map = decodeCbor(bytes, bytes.length) as ReadonlyMap<string, never>;
    const fields = Object.fromEntries(map) as Record<string, never>;
    const place = { config: CONFIG, operator: OPERATOR, reader: trust.reader, revision: 99, made: 1 };
    const invented = encodeCbor([[new Uint8Array(16), 7, 0, 2_000_000_000_000, []]]);
    const sealed = await sealDeviceList(place, tablet.reader.publicKey, invented, seededRandom("stranger"));
    const forged = encodeCbor({ ...fields, revision: 99, made: 1, sealed: sealed as never });
    await expect(openDeviceList(forged, trust)).rejects.toMatchObject({ code: "supplier/list-signature" });
    for (const key of ["revision", "made"])
      await expect(openDeviceList(encodeCbor({ ...fields, [key]: 12345 }), trust)).rejects.toMatchObject({
        code: "supplier/list-signature",
      });
  });

  it("that is no list is refused", async () => {
    await expect(openDeviceList(encodeCbor({}), trust)).rejects.toMatchObject({ code: "supplier/malformed" });
    await expect(openDeviceList(bytes.subarray(1), trust)).rejects.toMatchObject({
      code: expect.stringMatching(/^(cbor|supplier)\//),
    });
  });
});
