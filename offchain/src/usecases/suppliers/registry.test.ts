/** The registry as its operator, a stranger with the disk, and a careless administrator meet it. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { supplierRegistryOnDisk } from "../../adapters/supplier-registry-disk.js";
import { supplierRegistryInMemory } from "../../adapters/supplier-registry-memory.js";
import { decodeRegistryFile, encodeRegistryFile } from "../../codec/supplier-registry.js";
import { registryId } from "../../crypto/registry-seal.js";
import { fromHex, toHex, utf8 } from "../../domain/bytes.js";
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
import { blockCard, holderOf, replaceCard, usableCard } from "./cards.js";
import { enrolSuppliers, reEnrolSupplier } from "./enrol.js";
import { foundRegistry } from "./found.js";
import { dueForReEnrolment, endSupplier, eraseSupplier } from "./leave.js";
import { SupplierRegistry } from "./registry.js";

const ID = registryId({ config: CONFIG, operator: OPERATOR });
const DAY = 86_400_000;
let folder: string;
let world: SupplierWorld;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dpp-suppliers-"));
  world = await supplierWorld(supplierRegistryOnDisk(folder, ID, 0));
});
afterEach(() => rm(folder, { recursive: true }));

const enrol = (...numbers: number[]) =>
  enrolSuppliers(
    world.registry,
    numbers.map((n) => person(n, world.clock.now())),
    inPerson,
  );
const firstCard = async (number: number): Promise<string> =>
  (await world.registry.supplier(number)).cards[0]?.id ?? expect.fail("no card");
const registryFile = () => join(folder, ID, "registry.cbor");

describe("a suppliers' registry", () => {
  it("finds a supplier by card and by phone, for every reader", async () => {
    await enrol(1, 2);
    for (const registry of [world.registry, world.as(world.supervisor)]) {
      expect(await registry.find("card", await firstCard(2))).toMatchObject([
        { number: 2, name: "supplier 2" },
      ]);
      expect(await registry.find("phone", "+15550100001")).toMatchObject([{ number: 1 }]);
      expect(await registry.find("phone", "+15550109999")).toEqual([]);
    }
  });

  it("has neither name, phone nor card in clear on the disk", async () => {
    await enrol(1);
    const card = await firstCard(1);
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const text: string[] = [];
    for (const file of files.filter((one) => one.isFile())) {
      text.push(file.name);
      text.push(toHex(await readFile(join(file.parentPath, file.name))));
    }
    const all = text.join(" ");
    expect(all).toContain(toHex(utf8(OPERATOR)));
    for (const secret of [utf8("supplier 1"), utf8("+15550100001"), utf8("15550100001"), fromHex(card)])
      expect(all).not.toContain(toHex(secret));
    const sizes = new Set<number>();
    const records = join(folder, ID, "records");
    await enrol(2, 3);
    for (const name of await readdir(records)) sizes.add((await readFile(join(records, name))).length);
    expect([...sizes].map((size) => (size - 40) % 512)).toEqual([0]);
  });

  it("is read again when a writer changes it between the index and a record", async () => {
    await enrol(1);
    const { store } = world;
    let isFirst = true;
    const overtaken = {
      ...store,
      record: async (hash: string) => {
        if (isFirst) {
          isFirst = false;
          await reEnrolSupplier(world.registry, { number: 1 }, inPerson);
        }
        return store.record(hash);
      },
    };
    const parts = { ...world.registry.parts, store: overtaken };
    const reader = new SupplierRegistry(parts, world.registry.name, world.office);
    expect((await reader.supplier(1)).enrolments).toHaveLength(2);
    expect(isFirst).toBe(false);
  });

  it("opens for its readers only", async () => {
    const stranger = readerPair("ee".repeat(28), "stranger");
    await expect(world.as(stranger).suppliers()).rejects.toMatchObject({ code: "supplier/not-a-reader" });
    // The right public key with another secret is no key either.
    const { publicKey } = world.office;
    await expect(world.as({ ...stranger, publicKey }).head()).rejects.toMatchObject({
      code: "supplier/not-a-reader",
    });
  });

  it("shuts out who is no reader any more, and keeps what it has", async () => {
    await enrol(1, 2);
    const card = await firstCard(1);
    await eraseSupplier(world.registry, 1);
    const before = await readFile(registryFile());
    await world.registry.setReaders([world.office.reader]);
    await expect(world.as(world.supervisor).suppliers()).rejects.toMatchObject({
      code: "supplier/not-a-reader",
    });
    expect((await world.registry.suppliers()).map(({ number }) => number)).toEqual([2]);
    expect(await world.registry.isErasedCard(card)).toBe(true);
    // The box of before does not open under the new key either.
    const after = decodeRegistryFile(await readFile(registryFile()));
    const mixed = { ...after, index: decodeRegistryFile(before).index };
    await writeFile(registryFile(), encodeRegistryFile(mixed));
    await expect(world.registry.head()).rejects.toMatchObject({ code: "supplier/tampered" });
    for (const readers of [[], [world.office.reader, world.office.reader]])
      expect(() => world.registry.setReaders(readers)).toThrowError(
        expect.objectContaining({ code: "supplier/readers" }),
      );
  });

  it("keeps operators and deployments apart", async () => {
    const other = "gln:9506000134352";
    const { parts } = world.registry;
    await expect(world.as(world.office, other).head()).rejects.toMatchObject({
      code: "supplier/other-registry",
    });
    const otherId = registryId({ config: CONFIG, operator: other });
    const theirs = { ...parts, store: supplierRegistryOnDisk(folder, otherId, 0) };
    await foundRegistry(theirs, { config: CONFIG, operator: other }, [world.office.reader], world.office);
    await enrol(1);
    const registry = new SupplierRegistry(theirs, { config: CONFIG, operator: other }, world.office);
    expect(await registry.suppliers()).toEqual([]);
    // Their file in our place.
    await writeFile(registryFile(), await readFile(join(folder, otherId, "registry.cbor")));
    await expect(world.registry.head()).rejects.toMatchObject({ code: "supplier/other-registry" });
    await expect(
      foundRegistry(parts, { config: CONFIG, operator: OPERATOR }, [world.office.reader], world.office),
    ).rejects.toMatchObject({ code: "supplier/registry-exists" });
    await expect(
      foundRegistry(parts, { config: CONFIG, operator: "no blanks" }, [world.office.reader], world.office),
    ).rejects.toMatchObject({ code: "supplier/operator" });
  });
});

describe("somebody with the disk", () => {
  it("cannot alter a record, put another's in its place, or an older one", async () => {
    await enrol(1, 2);
    const records = join(folder, ID, "records");
    const [a = "", b = ""] = await readdir(records);
    const whole = await readFile(join(records, a));
    const flipped = Uint8Array.from(whole);
    flipped[100] = (flipped[100] ?? 0) ^ 1;
    for (const bytes of [
      flipped,
      await readFile(join(records, b)),
      whole.subarray(0, 50),
      new Uint8Array(),
    ]) {
      await writeFile(join(records, a), bytes);
      await expect(world.registry.suppliers()).rejects.toMatchObject({ code: "supplier/tampered" });
    }
    await rm(join(records, a));
    await expect(world.registry.suppliers()).rejects.toMatchObject({ code: "supplier/missing" });
    await writeFile(join(records, a), whole);
    expect(await world.registry.suppliers()).toHaveLength(2);
  });

  it("cannot change what stands in clear: readers and revision", async () => {
    await enrol(1);
    const file = decodeRegistryFile(await readFile(registryFile()));
    for (const changed of [
      { ...file, revision: file.revision + 1 },
      { ...file, readers: file.readers.slice(0, 1) },
      { ...file, readers: file.readers.toReversed() },
    ]) {
      await writeFile(registryFile(), encodeRegistryFile(changed));
      await expect(world.registry.head()).rejects.toMatchObject({ code: "supplier/tampered" });
    }
  });

  it("cannot put a registry of his own under the readers' keys", async () => {
    await enrol(1);
    const stranger = readerPair("ee".repeat(28), "stranger");
    const theirs = supplierRegistryInMemory();
    const name = { config: CONFIG, operator: OPERATOR };
    const forge = async (sealer: typeof stranger) => {
      const parts = { ...world.registry.parts, store: theirs };
      await foundRegistry(parts, name, [world.office.reader, stranger.reader], sealer);
      const file = decodeRegistryFile((await theirs.file()) ?? new Uint8Array());
      return { ...file, revision: 99 };
    };
    const file = await forge(stranger);
    // As he would seal it, and as if the office had sealed it.
    for (const sealer of [file.sealer, world.office.reader.publicKey]) {
      await writeFile(registryFile(), encodeRegistryFile({ ...file, sealer }));
      await expect(world.registry.suppliers()).rejects.toMatchObject({ code: "supplier/sealer" });
    }
  });

  it("cannot put an older copy of the registry back unseen", async () => {
    await enrol(1);
    const old = await readFile(registryFile());
    const { revision } = await world.registry.head();
    await eraseSupplier(world.registry, 1);
    await writeFile(registryFile(), old);
    await expect(world.registry.suppliers()).rejects.toMatchObject({
      code: "supplier/rolled-back",
      details: { revision, seen: revision + 1 },
    });
  });
});

describe("enrolment", () => {
  it("refuses a phone that another supplier has, and flags it when it is said to be shared", async () => {
    await enrol(1);
    const [same] = [{ ...person(2, world.clock.now()), phones: ["+15550100001"] }];
    const refused = await enrolSuppliers(world.registry, [same], inPerson).catch((error: Error) => error);
    expect(refused).toMatchObject({ code: "supplier/phone-taken", details: { supplier: 1 } });
    expect((refused as Error).message).not.toContain("555");
    await enrolSuppliers(world.registry, [same], inPerson, { sharedPhone: true });
    expect((await world.registry.find("phone", "+15550100001")).map(({ number }) => number)).toEqual([1, 2]);
    await expect(
      reEnrolSupplier(world.registry, { number: 1, phones: ["+15550100001"] }, inPerson),
    ).rejects.toMatchObject({ code: "supplier/phone-taken", details: { supplier: 2 } });
  });

  it("takes a list whole or not at all", async () => {
    const now = world.clock.now();
    const twice = [person(1, now), person(2, now), { ...person(3, now), phones: ["+15550100001"] }];
    await expect(enrolSuppliers(world.registry, twice, inPerson)).rejects.toMatchObject({
      code: "supplier/phone-taken",
      details: { row: 3 },
    });
    expect(await world.registry.suppliers()).toEqual([]);
    await expect(async () => enrolSuppliers(world.registry, [], inPerson)).rejects.toMatchObject({
      code: "supplier/import",
    });
    const many = Array.from({ length: 10_001 }, () => person(1, now));
    await expect(async () => enrolSuppliers(world.registry, many, inPerson)).rejects.toMatchObject({
      code: "supplier/import",
    });
  });

  it("again in person brings a card for the season, and blocks the one of before", async () => {
    await enrol(1);
    const old = await firstCard(1);
    world.clock.advance(DAY);
    const now = world.clock.now();
    const card = { from: now, to: now + 90 * DAY };
    const supplier = await reEnrolSupplier(world.registry, { number: 1, card }, inPerson);
    expect(supplier.cards.map(({ blocked }) => blocked?.reason ?? null)).toEqual(["replaced", null]);
    expect(supplier.enrolments.map(({ at }) => at)).toEqual([now - DAY, now]);
    expect((await holderOf(world.registry, old)).number).toBe(1);
    await expect(usableCard(world.registry, old)).rejects.toMatchObject({ code: "supplier/card-blocked" });
  });

  it("of many at once by two writers loses none", async () => {
    await Promise.all([enrol(1), enrol(2), world.as(world.supervisor).head(), enrol(3, 4)]);
    expect((await world.registry.suppliers()).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  it("is due for those whom nobody saw in person for long, who never came first", async () => {
    await enrol(1, 2);
    await enrolSuppliers(world.registry, [person(3, world.clock.now())], { ...inPerson, confirmed: "phone" });
    world.clock.advance(300 * DAY);
    await reEnrolSupplier(world.registry, { number: 2 }, inPerson);
    world.clock.advance(65 * DAY);
    await endSupplier(world.registry, (await enrol(4))[0]?.number ?? 0, BY);
    const due = await dueForReEnrolment(world.registry, 365 * DAY);
    expect(due.map(({ number, lastInPerson }) => [number, lastInPerson === null])).toEqual([
      [3, true],
      [1, false],
    ]);
  });
});

describe("a card", () => {
  it("that is lost is blocked, and another takes its place until the same day", async () => {
    await enrol(1);
    const lost = await firstCard(1);
    expect((await usableCard(world.registry, lost)).supplier.number).toBe(1);
    world.clock.advance(DAY);
    const { cards } = await replaceCard(world.registry, lost, "lost", BY);
    const [old, fresh = expect.fail("no card")] = cards;
    expect([old?.blocked?.reason, fresh.from, fresh.to]).toEqual(["lost", world.clock.now(), old?.to]);
    expect((await usableCard(world.registry, fresh.id)).card).toEqual(fresh);
    for (const again of [blockCard, replaceCard])
      await expect(again(world.registry, lost, "lost", BY)).rejects.toMatchObject({
        code: "supplier/card-blocked",
      });
  });

  it("ends with its season", async () => {
    await enrol(1);
    const card = await firstCard(1);
    world.clock.advance(100 * DAY);
    await expect(usableCard(world.registry, card)).rejects.toMatchObject({ code: "supplier/card-season" });
  });

  it("of an erased supplier comes back for nobody", async () => {
    await enrol(1);
    const card = await firstCard(1);
    const before = await world.registry.supplier(1);
    await eraseSupplier(world.registry, 1);
    expect(await readdir(join(folder, ID, "records"))).toEqual([]);
    await expect(holderOf(world.registry, card)).rejects.toMatchObject({ code: "supplier/card-erased" });
    await expect(holderOf(world.registry, "0".repeat(32))).rejects.toMatchObject({
      code: "supplier/card-unknown",
    });
    const again = { ...before, number: 2 };
    await expect(
      world.registry.change(async () => ({ edit: { put: [again] }, answer: undefined })),
    ).rejects.toMatchObject({ code: "supplier/card-taken" });
    // The phone is free: it may be another person's now.
    expect((await enrol(1))[0]?.number).toBe(2);
    await expect(eraseSupplier(world.registry, 1)).rejects.toMatchObject({ code: "supplier/unknown" });
  });
});
