/**
 * A whole deployment in memory: the embedded ledger with its rules, the real contracts, a consortium, accredited actors with keys of their own, a
 * manufacturer's keyring and passports sealed under it. Made once per test file; every step is a transaction that the ledger accepted.
 */
import { readFileSync } from "node:fs";
import { contentMemory } from "@cardano-dpp/offchain/adapters/content-memory";
import { type Blueprint, makeContracts } from "@cardano-dpp/offchain/adapters/contracts";
import { memoryLedger } from "@cardano-dpp/offchain/adapters/embedded-ledger/ledger";
import { lucidBuilder } from "@cardano-dpp/offchain/adapters/lucid/builder";
import { productIndexInMemory } from "@cardano-dpp/offchain/adapters/product-index-memory";
import { generateKeyPair, type ReadingKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { formatPassportLink } from "@cardano-dpp/offchain/domain/identifier-link";
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import type { Role } from "@cardano-dpp/offchain/domain/role";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import type { ProductIndex } from "@cardano-dpp/offchain/ports/product-index";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { actor, type TestClock, testClock } from "@cardano-dpp/offchain/testing/actors";
import { seededRandom } from "@cardano-dpp/offchain/testing/seeded-random";
import type { Context } from "@cardano-dpp/offchain/usecases/context";
import { foundDeployment } from "@cardano-dpp/offchain/usecases/deployment";
import { refreshManufacturerKeyring } from "@cardano-dpp/offchain/usecases/keyrings";
import { issuePassports } from "@cardano-dpp/offchain/usecases/passports";
import { issueRoles } from "@cardano-dpp/offchain/usecases/roles";
import type { IssuedPassport, ProductFile } from "@cardano-dpp/offchain/usecases/sealing";
import { createMemoryNonceStore } from "../adapters/nonce-memory.js";
import { createMemoryReadLog } from "../adapters/read-log-memory.js";
import type { ResolverParts } from "../app.js";

export const ACTORS = [
  "member1",
  "member2",
  "freezer",
  "maker",
  "repairer",
  "recycler",
  "authority",
  "stranger",
] as const;
export type ActorName = (typeof ACTORS)[number];
const ACCREDITED: readonly (readonly [ActorName, Role])[] = [
  ["maker", "MANUFACTURER"],
  ["repairer", "REPAIRER"],
  ["recycler", "RECYCLER"],
  ["authority", "AUTHORITY"],
];
const DAY = 86_400_000;

export interface TestWorld {
  readonly context: Context;
  readonly clock: TestClock;
  readonly content: ContentStore;
  readonly index: ProductIndex;
  readonly actors: Readonly<Record<ActorName, Signer>>;
  readonly readingKeys: Readonly<Record<ActorName, ReadingKeyPair>>;
  /** Attestation names, hex. */
  readonly roles: ReadonlyMap<ActorName, string>;
  readonly resolverKey: ReadingKeyPair;
  readonly passports: readonly IssuedPassport[];
  refreshKeyring(): Promise<void>;
  role(name: ActorName): string;
  /** What `buildApp` takes, over fresh nonces and a fresh log. */
  parts(publicUrl: string): ResolverParts;
  /** Path and query of a passport's QR. */
  qr(passport: IssuedPassport): string;
}

/** `start`: POSIX ms; a test with a real browser, whose clock it cannot set, passes the present. */
export async function makeTestWorld(
  products: readonly ProductFile[],
  policies: readonly Policy[],
  start = Date.UTC(2027, 1, 18),
): Promise<TestWorld> {
  const clock = testClock(start);
  const random = seededRandom("resolver test world");
  const actors = Object.fromEntries(ACTORS.map((name) => [name, actor(name)])) as Record<ActorName, Signer>;
  const readingKeys = Object.fromEntries(ACTORS.map((name) => [name, generateKeyPair(random)])) as Record<
    ActorName,
    ReadingKeyPair
  >;
  const resolverKey = generateKeyPair(random);
  const funds = Object.values(actors).flatMap(({ address }) =>
    Array.from({ length: 6 }, () => ({ address, lovelace: 1_000_000_000n })),
  );
  const ledger = memoryLedger({ funds }, clock);
  const [seed] = await ledger.utxosAt(actors.member1.address);
  if (seed === undefined) throw new Error("no funds");
  const blueprint = JSON.parse(
    readFileSync(new URL("../../../plutus.json", import.meta.url), "utf8"),
  ) as Blueprint;
  const contracts = makeContracts(blueprint, "embedded", seed);
  const content = contentMemory();
  const index = productIndexInMemory();
  const context: Context = { ledger, contracts, clock, content, random, builder: lucidBuilder(ledger) };
  const consortium = [actors.member1, actors.member2] as const;

  await foundDeployment(context, consortium, {
    seed,
    config: {
      members: consortium.map(({ keyHash }) => keyHash),
      threshold: 2,
      freezeKeys: [actors.freezer.keyHash],
    },
  });
  const { names } = await issueRoles(
    context,
    consortium,
    ACCREDITED.map(([name, role]) => ({
      metadata: { name: `Example ${name}`, image: "ipfs://bafkreiexample" },
      attestation: {
        role,
        kind: "Individual" as const,
        holder: actors[name].keyHash,
        alg: 0,
        pk: "",
        encPk: toHex(readingKeys[name].publicKey),
        operator: "gln:9506000134352",
        place: "",
        validFrom: clock.now() - DAY,
        validTo: clock.now() + 365 * DAY,
        maxDelay: 0,
      },
      badgeAddress: actors[name].address,
    })),
  );
  const roles = new Map(ACCREDITED.map(([name], at) => [name, names[at] ?? ""]));
  const role = (name: ActorName): string => {
    const found = roles.get(name);
    if (found === undefined) throw new Error(`${name} holds no role`);
    return found;
  };
  const refreshKeyring = async (): Promise<void> => {
    await refreshManufacturerKeyring(context, [actors.maker], {
      attestation: role("maker"),
      secretKey: readingKeys.maker.secretKey,
      policies,
      resolvers: [resolverKey.publicKey],
    });
  };
  await refreshKeyring();
  const issuer = { attestation: role("maker"), secretKey: readingKeys.maker.secretKey };
  const { passports } = await issuePassports(
    context,
    [actors.maker],
    issuer,
    products,
    actors.maker.address,
    index,
  );
  return {
    context,
    clock,
    content,
    index,
    actors,
    readingKeys,
    roles,
    resolverKey,
    passports,
    refreshKeyring,
    role,
    parts: (publicUrl) => ({
      ledger,
      contracts,
      clock,
      content,
      random,
      index,
      nonceStore: createMemoryNonceStore(clock),
      readLog: createMemoryReadLog(),
      resolverKey: resolverKey.secretKey,
      serverSecret: random.bytes(32),
      publicUrl,
      policies: async () => policies,
    }),
    qr: ({ id, salt, identifier }) =>
      formatPassportLink({
        base: "https://x.example",
        identifier,
        passportId: id,
        salt: fromHex(salt),
      }).slice("https://x.example".length),
  };
}
