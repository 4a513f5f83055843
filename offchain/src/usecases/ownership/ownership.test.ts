import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { contentMemory } from "../../adapters/content-memory.js";
import type { Blueprint } from "../../adapters/contracts.js";
import { lucidBuilder } from "../../adapters/lucid/builder.js";
import { type Address, encodeAddressBytes, toBech32Address } from "../../codec/address.js";
import { encodeReceiveRequest } from "../../codec/receive-request.js";
import { encodePassportMint } from "../../codec/redeemer.js";
import { createSignData, keyHashOf } from "../../crypto/cip8.js";
import { signingKey } from "../../crypto/key-pairs.js";
import { generateKeyPair } from "../../crypto/x25519.js";
import { toHex, utf8 } from "../../domain/bytes.js";
import { RECEIVE_NETWORKS } from "../../domain/receive-request.js";
import { LABEL_USER, userUnit } from "../../domain/tokens.js";
import type { Ledger } from "../../ports/ledger.js";
import type { Signer } from "../../ports/signer.js";
import { hexOf } from "../../testing/arbitraries.js";
import { seededRandom } from "../../testing/seeded-random.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import { planRevokePassport } from "../../tx/passports.js";
import { withScript } from "../../tx/state.js";
import type { Context } from "../context.js";
import { formatOwnershipChallenge, type OwnershipChallenge, parseOwnershipChallenge } from "./challenge.js";
import { ownershipSigner, proveOwnership, verifyOwnership } from "./proof.js";
import { readOwnership } from "./read.js";
import { checkReceipt } from "./receipt.js";
import { giveAway, planGift } from "./transfer.js";

const blueprint = JSON.parse(
  readFileSync(new URL("../../../../plutus.json", import.meta.url), "utf8"),
) as Blueprint;
const refusal = (code: string) => expect.objectContaining({ code });
const key = (hash: string) => ({ kind: "key" as const, hash });
const bech32 = (address: Omit<Address, "networkId">): string =>
  toBech32Address(encodeAddressBytes({ ...address, networkId: 0 }));

let ground: EmbeddedWorld;
let world: EmbeddedWorld;
let context: Context;
let passport: string;
beforeAll(async () => {
  ground = await makeWorld(blueprint);
});
beforeEach(() => {
  world = ground.fork();
  context = contextOver(world.ledger);
  passport = world.passports[0] ?? "";
});

const contextOver = (ledger: Ledger): Context => ({
  ledger,
  contracts: world.contracts,
  clock: world.clock,
  content: contentMemory(),
  random: seededRandom("ownership"),
  builder: lucidBuilder(ledger),
});
const unit = (): string => userUnit(world.contracts.passport.hash, passport);

/** Any wallet's send: the token leaves one key for an address, no contract is asked. */
async function send(from: Signer, to: string): Promise<void> {
  const owned = await world.owned();
  await world.accept(
    {
      inputs: [{ utxo: owned }],
      referenceInputs: [],
      mints: [],
      outputs: [
        { address: to, assets: { [unit()]: 1n } },
        ...rest(owned.assets).map((assets) => ({ address: from.address, assets })),
      ],
      signers: [from.keyHash],
      scripts: [],
    },
    from,
  );
}
const rest = ({ lovelace, ...tokens }: Readonly<Record<string, bigint>>) => {
  const { [unit()]: _, ...others } = tokens;
  return Object.keys(others).length === 0 ? [] : [others];
};

const challengeFor = (changes: Partial<OwnershipChallenge> = {}): OwnershipChallenge => ({
  verifier: "passports.example",
  network: "embedded",
  deployment: world.contracts.config.hash,
  passport,
  expires: world.clock.now() + 60_000,
  nonce: "AAECAwQFBgcICQoLDA0ODw",
  ...changes,
});
const signAs = async (signer: Signer, address: string, challenge = challengeFor()) => ({
  address,
  ...(await signer.signData(address, toHex(utf8(formatOwnershipChallenge(challenge))))),
});

describe("the owner of a passport", () => {
  it("is the payment key of the output that holds the token, since the block that made it", async () => {
    const owned = await readOwnership(context, passport);
    expect(owned).toMatchObject({ keyHash: world.actors.owner.keyHash, status: "Active", unit: unit() });
    expect(owned.since.txHash).toBe((await world.owned()).txHash);
  });

  it("is nobody when a script holds the token, whatever stands beside it", async () => {
    const { owner } = world.actors;
    await send(
      owner,
      bech32({ kind: "base", payment: { kind: "script", hash: "55".repeat(28) }, stake: key(owner.keyHash) }),
    );
    await expect(readOwnership(context, passport)).rejects.toThrow(refusal("ownership/script"));
  });

  it("is nobody when the token was burnt", async () => {
    const { owner } = world.actors;
    const owned = await world.owned();
    await world.accept(
      {
        inputs: [{ utxo: owned }],
        ...withScript(world.contracts, await world.deployment(), "passport"),
        mints: [
          {
            policy: world.contracts.passport.hash,
            assets: { [LABEL_USER + passport]: -1n },
            redeemer: encodePassportMint({ act: "Burn" }),
          },
        ],
        outputs: rest(owned.assets).map((assets) => ({ address: owner.address, assets })),
        signers: [owner.keyHash],
      },
      owner,
    );
    await expect(readOwnership(context, passport)).rejects.toThrow(refusal("ownership/nobody"));
  });

  it("is unknown for a passport of no deployment", async () => {
    await expect(readOwnership(context, "77".repeat(28))).rejects.toThrow(refusal("passport/unknown"));
  });
});

describe("a proof of ownership", () => {
  it("verifies for whatever address of the payment key was signed with", async () => {
    const { owner, stranger } = world.actors;
    const { proof } = await proveOwnership(context, challengeFor(), owner);
    const beside = bech32({ kind: "base", payment: key(owner.keyHash), stake: key(stranger.keyHash) });
    for (const one of [proof, await signAs(owner, beside)])
      expect((await verifyOwnership(context, challengeFor(), one)).keyHash).toBe(owner.keyHash);
  });

  it("is none by the stake key beside the owner's payment key", async () => {
    const { owner, stranger } = world.actors;
    const shared = bech32({ kind: "base", payment: key(owner.keyHash), stake: key(stranger.keyHash) });
    await send(owner, shared);
    const reward = bech32({ kind: "reward", payment: null, stake: key(stranger.keyHash) });
    const byStake = await signAs(stranger, reward);
    await expect(verifyOwnership(context, challengeFor(), byStake)).rejects.toThrow(
      refusal("ownership/stake-key"),
    );
    // A wallet that signs with the stake key and claims the base address.
    const stake = signingKey(new Uint8Array(32).fill(9));
    const base: Address = {
      kind: "base",
      networkId: 0,
      payment: key(owner.keyHash),
      stake: key(keyHashOf(stake.publicKey)),
    };
    const bytes = encodeAddressBytes(base);
    const claimed = {
      address: toBech32Address(bytes),
      ...(await createSignData(stake, bytes, utf8(formatOwnershipChallenge(challengeFor())))),
    };
    expect(() => ownershipSigner(challengeFor(), claimed)).toThrow(refusal("ownership/stake-key"));
  });

  it("is none by another key, for another challenge, or after the product was sent away", async () => {
    const { owner, stranger } = world.actors;
    const foreign = await signAs(stranger, stranger.address);
    await expect(verifyOwnership(context, challengeFor(), foreign)).rejects.toThrow(
      refusal("ownership/not-owner"),
    );
    const proof = await signAs(owner, owner.address);
    for (const change of [
      { verifier: "evil.example" },
      { expires: world.clock.now() + 61_000 },
      { nonce: "BBECAwQFBgcICQoLDA0ODw" },
      { passport: world.passports[1] ?? "" },
    ]) {
      await expect(verifyOwnership(context, challengeFor(change), proof)).rejects.toThrow(
        refusal("cip8/payload-mismatch"),
      );
    }
    for (const change of [{ network: "preprod" as const }, { deployment: "00".repeat(28) }])
      await expect(verifyOwnership(context, challengeFor(change), proof)).rejects.toThrow(
        refusal("ownership/challenge-foreign"),
      );
    await send(owner, stranger.address);
    await expect(verifyOwnership(context, challengeFor(), proof)).rejects.toThrow(
      refusal("ownership/not-owner"),
    );
    expect((await verifyOwnership(context, challengeFor(), foreign)).keyHash).toBe(stranger.keyHash);
  });

  it("is late when the challenge has expired", async () => {
    const challenge = challengeFor();
    const proof = await signAs(world.actors.owner, world.actors.owner.address, challenge);
    world.clock.advance(60_000);
    await expect(verifyOwnership(context, challenge, proof)).rejects.toThrow(
      refusal("ownership/challenge-expired"),
    );
    await expect(proveOwnership(context, challenge, world.actors.owner)).rejects.toThrow(
      refusal("ownership/challenge-expired"),
    );
  });
});

describe("the text of a challenge", () => {
  const challenge = fc.record({
    verifier: fc.stringMatching(/^[!-~]([ -~]{0,98}[!-~])?$/),
    network: fc.constantFrom(...RECEIVE_NETWORKS),
    deployment: hexOf(28),
    passport: hexOf(28),
    expires: fc.integer({ min: 0, max: 253_402_300_799_999 }),
    nonce: fc.stringMatching(/^[A-Za-z0-9_-]{22,128}$/),
  });

  it("reads back, with or without a line end", () => {
    fc.assert(
      fc.property(challenge, fc.constantFrom("", "\n", "\r\n"), (one, end) => {
        expect(parseOwnershipChallenge(formatOwnershipChallenge(one) + end)).toEqual(one);
      }),
    );
  });

  it("is the one in the vectors", () => {
    const path = new URL("../../../../vectors/receive-request.json", import.meta.url);
    const { challenge: text } = JSON.parse(readFileSync(path, "utf8")) as { challenge: string };
    const read = parseOwnershipChallenge(text);
    expect(read).toMatchObject({
      verifier: "passports.example",
      network: "preprod",
      passport: "33".repeat(28),
    });
    expect(formatOwnershipChallenge(read)).toBe(text);
  });

  it("with one character changed is another challenge or none", () => {
    fc.assert(
      fc.property(challenge, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (one, at, letter) => {
        const text = formatOwnershipChallenge(one);
        const place = at % text.length;
        const changed = text.slice(0, place) + letter + text.slice(place + 1);
        fc.pre(changed !== text);
        try {
          expect(formatOwnershipChallenge(parseOwnershipChallenge(changed))).toBe(
            changed.replace(/\r?\n$/, ""),
          );
        } catch (error) {
          expect(error).toEqual(refusal("ownership/challenge-malformed"));
        }
      }),
    );
  });

  it("is not that of a role proof, nor one with a line more, nor one of unbounded length", () => {
    const text = formatOwnershipChallenge(challengeFor());
    for (const bad of [
      text.replace("I prove that I own a product passport.", "I prove my role to read product passports."),
      `${text}\naddress: addr1`,
      `${text}\n\n`,
      text.replace("passports.example", "x".repeat(101)),
      text.replace("passports.example", "a\u202eb"),
      text.replace("passport: ", "passport:  "),
    ]) {
      expect(() => parseOwnershipChallenge(bad)).toThrow(refusal("ownership/challenge-malformed"));
    }
  });
});

describe("a transfer", () => {
  const readingKey = generateKeyPair(seededRandom("buyer's reading key"));
  const sellerKey = generateKeyPair(seededRandom("seller's reading key"));
  const request = (buyer: Signer): string =>
    encodeReceiveRequest({
      network: "embedded",
      address: buyer.address,
      readingKey: toHex(readingKey.publicKey),
      passport,
    });
  const give = async (within = context) => {
    const { owner, stranger } = world.actors;
    const gift = await planGift(within, passport, request(stranger), owner.keyHash);
    return giveAway(within, owner, gift, sellerKey.secretKey);
  };
  const receiptOf = (buyer: Signer, within = context) =>
    checkReceipt(within, passport, { keyHash: buyer.keyHash, readingSecret: readingKey.secretKey });

  it("is seen by the buyer with its record and its keys", async () => {
    const given = await give();
    expect(given.handedOver).toBe(1);
    expect(await receiptOf(world.actors.stranger)).toMatchObject({
      yours: true,
      arrival: "Transfer",
      arrivedIn: given.txHash,
      keys: 1,
      marked: 0,
    });
    expect(await receiptOf(world.actors.owner)).toMatchObject({ yours: false });
  });

  it("by a plain send is one, too, without keys; the buyer is told", async () => {
    await send(world.actors.owner, world.actors.stranger.address);
    expect(await receiptOf(world.actors.stranger)).toMatchObject({
      yours: true,
      arrival: "Send",
      keys: 0,
      sections: { all: 0, opened: 0 },
    });
  });

  /** A ledger on which something else happens once, just before the first transaction arrives. */
  const interrupted = (act: () => Promise<void>): Ledger => {
    let open = true;
    return new Proxy(world.ledger, {
      get: (ledger, name) => {
        if (name !== "submit") {
          const member = Reflect.get(ledger, name);
          return typeof member === "function" ? member.bind(ledger) : member;
        }
        return async (cbor: string) => {
          if (open) {
            open = false;
            await act();
          }
          return ledger.submit(cbor);
        };
      },
    });
  };

  it("that a revocation overtakes ends with the passport's status", async () => {
    const revoke = async (): Promise<void> => {
      const plan = planRevokePassport(
        world.contracts,
        await world.deployment(),
        await world.passport(),
        await world.attestation("authority"),
        await world.badge("authority"),
        4,
        world.validity(),
      );
      await world.accept(plan, world.actors.authority);
    };
    await expect(give(contextOver(interrupted(revoke)))).rejects.toThrow(refusal("passport/status"));
    expect((await readOwnership(context, passport)).keyHash).toBe(world.actors.owner.keyHash);
    await expect(give()).rejects.toThrow(refusal("passport/status"));
  });

  it("that a send overtakes ends since the giver owns it no more", async () => {
    const sent = () => send(world.actors.owner, world.actors.maker2.address);
    await expect(give(contextOver(interrupted(sent)))).rejects.toThrow(refusal("passport/not-owner"));
  });
});
