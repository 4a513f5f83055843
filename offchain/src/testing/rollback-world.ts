/**
 * A deployment on a ledger that reorganises, with a manufacturer who issues and updates passports over a ledger that keeps track: what the tests of lost
 * blocks start from. Time passes, and blocks come, only while somebody waits.
 */
import { readFileSync } from "node:fs";
import { contentMemory } from "../adapters/content-memory.js";
import { type Blueprint, makeContracts } from "../adapters/contracts.js";
import { memoryJournal } from "../adapters/embedded-ledger/journal.js";
import { newGenesis } from "../adapters/embedded-ledger/ledger.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import { pendingInMemory } from "../adapters/pending/memory.js";
import { productIndexInMemory } from "../adapters/product-index-memory.js";
import { generateKeyPair, type ReadingKeyPair } from "../crypto/x25519.js";
import { toHex } from "../domain/bytes.js";
import { parsePassportFile } from "../domain/document-input.js";
import type { Policy } from "../domain/policy.js";
import { parsePolicy } from "../domain/policy-file.js";
import type { PendingTransactions, TrackedLedger } from "../ports/pending-transactions.js";
import type { ProductIndex } from "../ports/product-index.js";
import type { Signer } from "../ports/signer.js";
import type { Context } from "../usecases/context.js";
import { foundDeployment } from "../usecases/deployment.js";
import { refreshManufacturerKeyring } from "../usecases/keyrings.js";
import { issuePassports, updatePassport } from "../usecases/passports.js";
import { issueRoles } from "../usecases/roles.js";
import type { Issuer, ProductFile } from "../usecases/sealing.js";
import { type TrackTimes, trackSubmissions } from "../usecases/track.js";
import { actor, type TestClock, testClock } from "./actors.js";
import { ReorganisingLedger } from "./reorganising-ledger.js";
import { seededRandom } from "./seeded-random.js";

const DAY = 86_400_000;
const STEP = 1_000;
const GTIN = "09506000134352";

export const ROLLBACK_POLICY: Policy = parsePolicy({
  name: "test-rollback",
  version: 1,
  title: "Test policy",
  categories: { device: "Device" },
  missingMandatory: "warn",
  groups: [
    { name: "public", access: "public", roles: [] },
    { name: "repair", access: "escrow", roles: ["REPAIRER"] },
  ],
  elements: ["model", "screws"].map((id) => ({
    id: `device.${id}`,
    group: id === "model" ? "public" : "repair",
    shape: { type: "string" },
    label: id,
  })),
});

export const rollbackProduct = (serial: string, model = "Model X"): ProductFile => ({
  policy: ROLLBACK_POLICY,
  file: parsePassportFile(
    JSON.stringify({
      policy: ROLLBACK_POLICY.name,
      identifier: { gtin: GTIN, serial },
      product: {
        name: `Device ${serial}`,
        image: "ipfs://bafkreiexample",
        category: "device",
        language: "en",
      },
      elements: [
        { id: "device.model", value: model },
        { id: "device.screws", value: "Six of type T5" },
      ],
    }),
  ),
});

/** One process on the world's home: a ledger that keeps track in a store that is shared, and builds of its own. */
export interface Desk {
  readonly context: Context;
  readonly ledger: TrackedLedger;
  issue(...serials: string[]): ReturnType<typeof issuePassports>;
  update(serial: string, model: string): ReturnType<typeof updatePassport>;
  /** `resolvers`: public reading keys. */
  refreshKeyring(resolvers?: readonly Uint8Array[]): ReturnType<typeof refreshManufacturerKeyring>;
}

export interface RollbackWorld extends Desk {
  readonly node: ReorganisingLedger;
  readonly clock: TestClock;
  readonly pending: PendingTransactions;
  readonly index: ProductIndex;
  readonly maker: Signer;
  readonly issuer: Issuer;
  readonly readingKey: ReadingKeyPair;
  /** What happens while somebody waits, after time has passed. Default: a block. */
  meanwhile: () => Promise<void> | void;
  /** Another process of the same home. */
  desk(): Desk;
}

export async function rollbackWorld(
  confirmations: number,
  times: Partial<TrackTimes> = {},
): Promise<RollbackWorld> {
  const clock = testClock(Date.UTC(2027, 1, 18));
  const random = seededRandom("rollback world");
  const [member, maker] = [actor("member"), actor("maker")];
  const readingKey = generateKeyPair(random);
  const funds = [member, maker].flatMap(({ address }) =>
    Array.from({ length: 6 }, () => ({ address, lovelace: 1_000_000_000n })),
  );
  const step = async (): Promise<void> => {
    clock.advance(STEP);
    await world.meanwhile();
  };
  const node = new ReorganisingLedger(memoryJournal(newGenesis({ funds }, clock)), clock, { idle: step });
  const [seed] = await node.utxosAt(member.address);
  if (seed === undefined) throw new Error("no funds");
  const blueprint = JSON.parse(
    readFileSync(new URL("../../../plutus.json", import.meta.url), "utf8"),
  ) as Blueprint;
  const contracts = makeContracts(blueprint, "embedded", seed);
  const [pending, index, content] = [pendingInMemory(), productIndexInMemory(), contentMemory()];
  let issuer: Issuer = { attestation: "", secretKey: readingKey.secretKey };

  const desk = (): Desk => {
    const ledger = trackSubmissions(node, { pending, confirmations, clock, times, pause: step });
    const context: Context = { ledger, contracts, clock, content, random, builder: lucidBuilder(ledger) };
    return {
      context,
      ledger,
      issue: (...serials) =>
        issuePassports(
          context,
          [maker],
          issuer,
          serials.map((serial) => rollbackProduct(serial)),
          maker.address,
          index,
        ),
      async update(serial, model) {
        const entry = await index.find(GTIN, serial);
        if (entry === null) throw new Error(`${serial} was not issued`);
        return updatePassport(context, [maker], issuer, entry, rollbackProduct(serial, model));
      },
      refreshKeyring: (resolvers = []) =>
        refreshManufacturerKeyring(context, [maker], {
          attestation: issuer.attestation,
          secretKey: readingKey.secretKey,
          policies: [ROLLBACK_POLICY],
          resolvers,
        }),
    };
  };

  const own = desk();
  const world: RollbackWorld = {
    ...own,
    node,
    clock,
    pending,
    index,
    maker,
    readingKey,
    get issuer() {
      return issuer;
    },
    meanwhile: () => node.block(),
    desk,
  };
  await foundDeployment(own.context, [member], {
    seed,
    config: { members: [member.keyHash], threshold: 1, freezeKeys: [member.keyHash] },
  });
  const { names } = await issueRoles(
    own.context,
    [member],
    [
      {
        metadata: { name: "Example maker", image: "ipfs://bafkreiexample" },
        attestation: {
          role: "MANUFACTURER",
          kind: "Individual",
          holder: maker.keyHash,
          alg: 0,
          pk: "",
          encPk: toHex(readingKey.publicKey),
          operator: "gln:9506000134352",
          place: "",
          validFrom: clock.now() - DAY,
          validTo: clock.now() + 365 * DAY,
          maxDelay: 0,
        },
        badgeAddress: maker.address,
      },
    ],
  );
  issuer = { ...issuer, attestation: names[0] ?? "" };
  await own.refreshKeyring();
  for (let more = confirmations; more > 0; more--) node.block();
  return world;
}
