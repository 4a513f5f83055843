/** Tampered ciphertext and stanzas, keyrings that are not up to date, resolvers without a key; and the role proof by a stake key. */
import { type Address, encodeAddressBytes, toBech32Address } from "@cardano-dpp/offchain/codec/address";
import { decodeSealedDocument, encodeSealedDocument } from "@cardano-dpp/offchain/codec/document-sealed";
import { decodeKeyring, encodeKeyring } from "@cardano-dpp/offchain/codec/keyring";
import { generateKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import { actor } from "@cardano-dpp/offchain/testing/actors";
import { readAttestation } from "@cardano-dpp/offchain/usecases/resolve";
import { issueRoles } from "@cardano-dpp/offchain/usecases/roles";
import { beforeAll, describe, expect, it } from "vitest";
import { buildApp, type ResolverParts } from "../src/app.js";
import type { PassportAnswer } from "../src/passport/answer.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { post, prove, read, tokenOf } from "./wallet.js";

const ORIGIN = "https://passports.example";
let world: TestWorld;
let qr: string;
let documentCid: string;
let keyringCid: string;
beforeAll(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
  const [passport] = world.passports;
  const maker = await readAttestation(world.context, world.role("maker"));
  if (passport === undefined || maker?.keyring == null) throw new Error("no passport or no keyring");
  qr = world.qr(passport);
  documentCid = passport.content;
  keyringCid = maker.keyring;
});

/** A store that hands out other bytes under one name, as a broken or hostile one would. */
const forging = (cid: string, forge: (bytes: Uint8Array) => Uint8Array | null): ContentStore => ({
  ...world.content,
  get: async (wanted, options) => {
    const bytes = await world.content.get(wanted, options);
    return wanted === cid && bytes !== null ? forge(bytes) : bytes;
  },
});
const readAs = async (name: "repairer" | "recycler", changes: Partial<ResolverParts>) => {
  const app = await buildApp({ ...world.parts(ORIGIN), ...changes });
  return read(app, qr, await tokenOf(app, world.actors[name]));
};
const flip = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));

describe("sealed data that was tampered with", () => {
  it("refuses a changed ciphertext", async () => {
    const content = forging(documentCid, (bytes) => {
      const document = decodeSealedDocument(bytes);
      const groups = document.groups.map((group) => ({ ...group, sealed: flip(group.sealed) }));
      return encodeSealedDocument({ ...document, groups });
    });
    const response = await readAs("repairer", { content });
    expect([response.statusCode, response.json().title]).toEqual([502, "sealed/tampered"]);
    expect(response.body).not.toContain("T5");
  });

  it("refuses a changed wrapped key", async () => {
    const content = forging(documentCid, (bytes) => {
      const document = decodeSealedDocument(bytes);
      const groups = document.groups.map((group) => ({ ...group, wrappedKey: flip(group.wrappedKey) }));
      return encodeSealedDocument({ ...document, groups });
    });
    expect((await readAs("repairer", { content })).json().title).toBe("sealed/tampered");
  });

  it("refuses a changed stanza of the resolver", async () => {
    const content = forging(keyringCid, (bytes) => {
      const keyring = decodeKeyring(bytes);
      const sections = keyring.sections.map((section) => ({
        ...section,
        stanzas: section.stanzas.map((stanza) => ({ ...stanza, sealed: flip(stanza.sealed) })),
      }));
      return encodeKeyring({ ...keyring, sections });
    });
    const response = await readAs("repairer", { content });
    expect([response.statusCode, response.json().title]).toEqual([502, "keyring/cannot-open"]);
  });

  it("names a keyring that is not on the content store", async () => {
    const content = forging(keyringCid, () => null);
    const response = await readAs("repairer", { content });
    expect([response.statusCode, response.json().title]).toEqual([503, "content/missing"]);
  });

  it("refuses bytes that are no document", async () => {
    const content = forging(documentCid, () => Uint8Array.of(0xff));
    const app = await buildApp({ ...world.parts(ORIGIN), content });
    const response = await read(app, qr);
    expect([response.statusCode, response.json().title]).toEqual([502, "cbor/malformed"]);
  });
});

describe("keys that are not there", () => {
  const reading = async (changes: Partial<ResolverParts>) => {
    const { reading: own } = (await readAs("repairer", changes)).json() as PassportAnswer;
    return own;
  };

  it("says that the manufacturer did not entrust this server; direct groups work all the same", async () => {
    const other = generateKeyPair(world.context.random).secretKey;
    for (const resolverKey of [null, other]) {
      const own = await reading({ resolverKey });
      expect(own?.groups.map(({ name }) => name)).toEqual(["use"]);
      expect(own?.refused).toMatchObject([
        { name: "dismantling", code: "access/not-escrowed" },
        { name: "reports" },
      ]);
    }
  });

  it("says that a newly accredited reader awaits the keyring's next refresh, and then serves him", async () => {
    const { context, actors, clock } = world;
    const newcomer = actor("new repairer");
    const key = generateKeyPair(context.random);
    await issueRoles(
      context,
      [actors.member1, actors.member2],
      [
        {
          metadata: { name: "Example newcomer", image: "ipfs://bafkreiexample" },
          attestation: {
            role: "REPAIRER",
            kind: "Individual",
            holder: newcomer.keyHash,
            alg: 0,
            pk: "",
            encPk: toHex(key.publicKey),
            operator: "gln:9506000140001",
            place: "",
            validFrom: clock.now() - 1000,
            validTo: clock.now() + 86_400_000,
            maxDelay: 0,
          },
          badgeAddress: newcomer.address,
        },
      ],
    );
    const app = await buildApp(world.parts(ORIGIN));
    const ask = async () => (await read(app, qr, await tokenOf(app, newcomer))).json() as PassportAnswer;
    // The resolver's own stanza serves the escrow group at once.
    expect((await ask()).reading).toMatchObject({
      groups: [{ name: "dismantling" }],
      refused: [{ name: "reports" }, { name: "use", code: "access/not-sealed-to-reader" }],
    });
    await world.refreshKeyring();
    expect((await ask()).reading?.groups.map(({ name }) => name)).toEqual(["dismantling", "use"]);
  });
});

describe("a role held by a stake key", () => {
  const stake = actor("stake key");
  const spending = actor("spending key");
  const addressOf = (address: Omit<Address, "networkId">): string =>
    toBech32Address(encodeAddressBytes({ ...address, networkId: 0 }));
  const key = (hash: string) => ({ kind: "key" as const, hash });
  const reward = addressOf({ kind: "reward", payment: null, stake: key(stake.keyHash) });
  const base = addressOf({ kind: "base", payment: key(spending.keyHash), stake: key(stake.keyHash) });

  it("is proven by the reward address, the badge lying under the stake credential", async () => {
    const { context, actors, clock } = world;
    const attestation = {
      role: "RECYCLER" as const,
      kind: "Individual" as const,
      alg: 0,
      pk: "",
      encPk: toHex(generateKeyPair(context.random).publicKey),
      operator: "gln:9506000140001",
      place: "",
      validFrom: clock.now() - 1000,
      validTo: clock.now() + 86_400_000,
      maxDelay: 0,
    };
    const metadata = { name: "Example recycler", image: "ipfs://bafkreiexample" };
    await issueRoles(
      context,
      [actors.member1, actors.member2],
      [
        { metadata, attestation: { ...attestation, holder: stake.keyHash }, badgeAddress: base },
        { metadata, attestation: { ...attestation, holder: spending.keyHash }, badgeAddress: stake.address },
      ],
    );
    const app = await buildApp(world.parts(ORIGIN));
    const granted = await post(app, "/auth/verify", await prove(app, stake, reward));
    expect([granted.statusCode, granted.json().roles?.length]).toEqual([200, 1]);
    // The other role's holder is the payment key, but its badge lies with another payment key.
    const elsewhere = await post(app, "/auth/verify", await prove(app, spending, base));
    expect([elsewhere.statusCode, elsewhere.json().title]).toEqual([403, "access/badge-elsewhere"]);
    // The stake key's own enterprise address proves a payment credential, under which the first badge does not lie.
    const asPayment = await post(app, "/auth/verify", await prove(app, stake));
    expect(asPayment.json().title).toBe("access/badge-elsewhere");
  });
});
