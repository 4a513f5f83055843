/** Kinds of addresses, signatures and wallets, over HTTP: which of them prove a role, which are refused, and by which name. */
import { keySigner } from "@cardano-dpp/offchain/adapters/keystore-signer";
import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import { encodeCoseKey, encodeSigStructure } from "@cardano-dpp/offchain/codec/cose";
import { createSignData } from "@cardano-dpp/offchain/crypto/cip8";
import { signingKey } from "@cardano-dpp/offchain/crypto/key-pairs";
import { fromHex, toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { actor } from "@cardano-dpp/offchain/testing/actors";
import { buildUnsubmittedTx } from "@cardano-dpp/offchain/usecases/role-proof-tx";
import { decode, encode } from "cborg";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { addresses, coinAt, hexOf, signTransaction } from "./cip30-wallet.js";
import { challenge, post, prove, read } from "./wallet.js";
import { accredit, sendBadge } from "./wallet-roles.js";

const ORIGIN = "https://passports.example";
const unlimited = { auth: { burst: 10_000, perMinute: 10_000 } };

/** Keys of a wallet with many addresses, and of somebody else. */
const secret = new Uint8Array(32).fill(42);
const holder = keySigner(secret, "embedded");
const change = actor("change key");
const stake = actor("stake key");
const foreign = actor("foreign key");
const foreignStake = actor("foreign stake key");
const scriptHash = "5c".repeat(28);

let world: TestWorld;
let app: App;
const open = async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
  app = await buildApp({ ...world.parts(ORIGIN), limits: unlimited });
};
const verify = async (proof: unknown): Promise<readonly [number, string | readonly string[]]> => {
  const answer = await post(app, "/auth/verify", proof);
  const json = answer.json();
  return [answer.statusCode, json.title ?? json.roles.map(({ role }: { role: string }) => role)];
};
const granted = [200, ["REPAIRER"]];

describe("a payment key that holds a role", () => {
  beforeAll(async () => {
    await open();
    await accredit(world, [
      { holder: holder.keyHash, badgeAddress: addresses.base(holder.keyHash, stake.keyHash) },
    ]);
  });

  it.each([
    ["its base address", () => addresses.base(holder.keyHash, stake.keyHash)],
    ["its base address in CIP-30's hex", () => hexOf(addresses.base(holder.keyHash, stake.keyHash))],
    ["its enterprise address", () => addresses.enterprise(holder.keyHash)],
    [
      "an address that delegates to a foreign stake key",
      () => addresses.base(holder.keyHash, foreignStake.keyHash),
    ],
    ["an address beside a stake script", () => addresses.keyBesideScript(holder.keyHash, scriptHash)],
  ])("is proven by %s", async (_, address) => {
    expect(await verify(await prove(app, holder, address()))).toEqual(granted);
  });

  it("is not proven by the stake key beside it, nor by a foreign payment key beside that stake key", async () => {
    expect(await verify(await prove(app, stake, addresses.reward(stake.keyHash)))).toEqual([
      403,
      "access/no-role",
    ]);
    const franken = addresses.base(foreign.keyHash, stake.keyHash);
    expect(await verify(await prove(app, foreign, franken))).toEqual([403, "access/no-role"]);
    // Nor by its own hash in the other place: the stake key of an address does not sign for it.
    const reversed = addresses.base(foreign.keyHash, holder.keyHash);
    expect(await verify(await prove(app, foreign, reversed))).toEqual([403, "access/no-role"]);
  });
});

describe("a badge at an address put together from two owners", () => {
  it("lies with the payment key: a foreign stake key beside it neither hinders nor helps", async () => {
    await open();
    await accredit(world, [
      { holder: holder.keyHash, badgeAddress: addresses.base(holder.keyHash, foreignStake.keyHash) },
      { holder: foreignStake.keyHash, badgeAddress: addresses.enterprise(foreignStake.keyHash) },
    ]);
    expect(await verify(await prove(app, holder, addresses.base(holder.keyHash, stake.keyHash)))).toEqual(
      granted,
    );
    expect(await verify(await prove(app, foreignStake, addresses.reward(foreignStake.keyHash)))).toEqual([
      403,
      "access/badge-elsewhere",
    ]);
  });

  it("does not lie with a holder's payment key that stands in the stake place", async () => {
    await open();
    await accredit(world, [
      { holder: holder.keyHash, badgeAddress: addresses.base(foreign.keyHash, holder.keyHash) },
    ]);
    expect(await verify(await prove(app, holder))).toEqual([403, "access/badge-elsewhere"]);
  });
});

describe("a stake key that holds a role", () => {
  const reward = addresses.reward(stake.keyHash);
  const issue = async (badgeAddress: string) => {
    await open();
    await accredit(world, [{ holder: stake.keyHash, badgeAddress }]);
  };

  it("is proven by its reward address, whichever of the wallet's payment keys the badge lies under", async () => {
    for (const payment of [holder, change]) {
      await issue(addresses.base(payment.keyHash, stake.keyHash));
      expect(await verify(await prove(app, stake, reward))).toEqual(granted);
      // The base address is proven by its payment key, which holds no role.
      const base = addresses.base(payment.keyHash, stake.keyHash);
      expect(await verify(await prove(app, payment, base))).toEqual([403, "access/no-role"]);
    }
  });

  it("loses it with a badge that lies in a script beside the stake key, as sales contracts keep it", async () => {
    await issue(addresses.scriptBesideKey(scriptHash, stake.keyHash));
    expect(await verify(await prove(app, stake, reward))).toEqual([403, "access/badge-elsewhere"]);
  });

  it("loses it with a badge under another stake key", async () => {
    await issue(addresses.base(holder.keyHash, foreignStake.keyHash));
    expect(await verify(await prove(app, stake, reward))).toEqual([403, "access/badge-elsewhere"]);
  });
});

describe("a badge on a change address", () => {
  const home = addresses.base(holder.keyHash, stake.keyHash);
  const away = addresses.base(change.keyHash, stake.keyHash);
  const both = async (badge: { signer?: Signer; address?: string; badgeOf?: string } = {}) => ({
    ...(await prove(app, holder, home)),
    badge: await prove(app, badge.signer ?? change, badge.address ?? away, badge.badgeOf ?? home),
  });
  beforeEach(async () => {
    await open();
    await accredit(world, [{ holder: holder.keyHash, badgeAddress: away }]);
  });

  it("is found by the wallet's keys, and by nobody else's", async () => {
    const ask = async (...keys: string[]) => (await post(app, "/auth/holders", { keys })).json().holders;
    expect(await ask(change.keyHash, holder.keyHash, stake.keyHash)).toMatchObject([
      { key: holder.keyHash, role: "REPAIRER", refused: null, badge: away },
    ]);
    expect(await ask(change.keyHash, stake.keyHash)).toEqual([]);
  });

  it("proves the role with the holder's key and its own, each having signed", async () => {
    expect(await verify(await prove(app, holder, home))).toEqual([403, "access/badge-elsewhere"]);
    expect(await verify(await both())).toEqual(granted);
  });

  it("proves nothing without the holder's key", async () => {
    expect(await verify(await prove(app, change, away))).toEqual([403, "access/no-role"]);
    const swapped = {
      ...(await prove(app, change, away)),
      badge: await prove(app, holder, home, away),
    };
    expect(await verify(swapped)).toEqual([403, "access/no-role"]);
  });

  it("is not proven by a key that it does not lie under, be it the wallet's stake key", async () => {
    expect(await verify(await both({ signer: foreign, address: foreign.address }))).toEqual([
      403,
      "access/badge-elsewhere",
    ]);
    expect(await verify(await both({ signer: stake, address: addresses.reward(stake.keyHash) }))).toEqual([
      401,
      "auth/badge-address",
    ]);
  });

  it("is not proven by what its owner signed for himself, or for another holder", async () => {
    const own = { ...(await prove(app, holder, home)), badge: await prove(app, change, away) };
    expect(await verify(own)).toEqual([401, "auth/nonce-foreign"]);
    const forAnother = await both({ badgeOf: addresses.base(foreign.keyHash, stake.keyHash) });
    expect(await verify(forAnother)).toEqual([401, "auth/nonce-foreign"]);
    // Nor does what was signed for a badge prove a role of one's own.
    expect(await verify(await prove(app, holder, home, away))).toEqual([401, "auth/nonce-foreign"]);
  });

  it("is proven once by each signature", async () => {
    const proof = await both();
    expect(await verify(proof)).toEqual(granted);
    expect(await verify(proof)).toEqual([401, "auth/nonce-used"]);
    const again = { ...(await prove(app, holder, home)), badge: proof.badge };
    expect(await verify(again)).toEqual([401, "auth/nonce-used"]);
  });

  it("is not proven on another resolver", async () => {
    const other = await buildApp(world.parts("https://other.example"));
    const elsewhere = {
      ...(await prove(app, holder, home)),
      badge: await prove(other, change, away, home),
    };
    expect(await verify(elsewhere)).toEqual([401, "auth/nonce-foreign"]);
  });

  it("may be proven by a transaction while the holder's key signs data, and the other way round", async () => {
    const byTransaction = async (signer: Signer, address: string, badgeOf?: string) => {
      const { nonce, message } = await challenge(app, address, badgeOf);
      const { body, transaction } = buildUnsubmittedTx({
        utxo: coinAt(away),
        address,
        networkId: 0,
        message,
      });
      return { address, nonce, body, witnesses: await signTransaction([signer], transaction) };
    };
    expect(
      await verify({ ...(await prove(app, holder, home)), badge: await byTransaction(change, away, home) }),
    ).toEqual(granted);
    expect(
      await verify({ ...(await byTransaction(holder, home)), badge: await prove(app, change, away, home) }),
    ).toEqual(granted);
  });
});

describe("a read with the badge apart from the holder", () => {
  it("ends with the badge's leaving that key, within the token's life", async () => {
    await open();
    const { repairer, stranger, recycler } = world.actors;
    const role = world.role("repairer");
    await sendBadge(world, role, repairer, stranger.address);
    const answer = await post(app, "/auth/verify", {
      ...(await prove(app, repairer)),
      badge: await prove(app, stranger, stranger.address, repairer.address),
    });
    const { token } = answer.json();
    const [passport] = world.passports;
    if (passport === undefined) throw new Error("no passport");
    const reading = await read(app, world.qr(passport), token);
    expect([reading.statusCode, reading.json().reading.groups.length]).toEqual([200, 2]);
    await sendBadge(world, role, stranger, recycler.address);
    const after = await read(app, world.qr(passport), token);
    expect([after.statusCode, after.json().title]).toEqual([403, "access/badge-elsewhere"]);
  });
});

describe("an address that proves nothing", () => {
  beforeAll(async () => open());
  const mainnet = addresses.base(holder.keyHash, stake.keyHash, 1);
  it.each([
    ["a payment script", addresses.script(scriptHash), 401, "cip8/script-address", /script cannot sign/],
    ["a stake script", addresses.rewardScript(scriptHash), 401, "cip8/script-address", /stake part is a key/],
    [
      "a base address with a payment script",
      addresses.scriptBesideKey(scriptHash, stake.keyHash),
      401,
      "cip8/script-address",
      /payment part is a key/,
    ],
    ["an address of mainnet", mainnet, 401, "cip8/network", /mainnet.*switch/],
    ["a stake address of mainnet", addresses.reward(stake.keyHash, 1), 401, "cip8/network", /mainnet/],
    [
      "a Byron address in base58",
      "Ae2tdPwUPEYwFx4dmJheyNPPYXtvHbJLeCaA96o6Y2iiUL18cAt7AizN2zG",
      400,
      "address/unsupported",
      /Byron.*give a base/,
    ],
    [
      "a Byron address in CBOR",
      `82d818582183581c${"ab".repeat(28)}a0001a0d2bc4b5`,
      400,
      "address/unsupported",
      /Byron/,
    ],
    ["a pointer address", `40${"ab".repeat(28)}8198bd431b03`, 400, "address/unsupported", /pointer/],
    ["a short one", hexOf(holder.address).slice(0, -2), 400, "address/malformed", /length/],
    ["a mistyped one", `${holder.address.slice(0, -1)}b`, 400, "bech32/malformed", /bech32/],
    ["a text", "not_an_address", 400, "bech32/malformed", /bech32/],
  ])("%s is refused by name", async (_, address, status, code, words) => {
    const answer = await post(app, "/auth/challenge", { address });
    expect([answer.statusCode, answer.json().title]).toEqual([status, code]);
    expect(answer.json().detail).toMatch(words);
    const nonce = (await challenge(app, holder.address)).nonce;
    const proof = { address, nonce, signature: "a0", key: "a0" };
    expect(await verify(proof)).toEqual([status, code]);
    const badge = await post(app, "/auth/challenge", { address: holder.address, badgeOf: address });
    expect([badge.statusCode, badge.json().title]).toEqual([status, code]);
  });

  it("does not stop the question which keys hold a role; more than a request's worth of keys does", async () => {
    const ask = (keys: readonly string[]) => post(app, "/auth/holders", { keys });
    expect((await ask([scriptHash])).json()).toEqual({ holders: [] });
    const refused = [[], ["zz"], [hexOf(holder.address)], Array.from({ length: 257 }, () => scriptHash)];
    for (const keys of refused) expect((await ask(keys)).json().title).toBe("request/invalid");
  });
});

describe("a signature as wallets write it", () => {
  const address = addresses.base(holder.keyHash, stake.keyHash);
  const { publicKey, sign } = signingKey(secret);
  type Entries = [unknown, unknown][];
  beforeAll(async () => {
    await open();
    await accredit(world, [{ holder: holder.keyHash, badgeAddress: address }]);
  });
  const kid = utf8("a key");
  const plain: Entries = [
    [1, -8],
    ["address", parseAddress(address).bytes],
  ];
  /** COSE_Sign1 over the challenge with headers of one's own, validly signed by the holder's key. */
  const signed = async (
    headers: Entries,
    {
      unprotected = [["hashed", false]] as Entries,
      keyHeaders = [] as Entries,
      payload = undefined as unknown,
    } = {},
  ) => {
    const { nonce, message } = await challenge(app, address);
    const protectedBytes = encode(new Map(headers));
    const signature = sign(encodeSigStructure(protectedBytes, utf8(message)));
    const stated = payload === undefined ? utf8(message) : payload;
    const key = decode(encodeCoseKey(publicKey), { useMaps: true }) as Map<unknown, unknown>;
    for (const [label, value] of keyHeaders) key.set(label, value);
    return {
      address,
      nonce,
      signature: toHex(encode([protectedBytes, new Map(unprotected), stated, signature])),
      key: toHex(encode(key)),
    };
  };

  it("is taken with a key id in neither, either or both structures, as long as they agree", async () => {
    expect(await verify(await signed(plain))).toEqual(granted);
    expect(await verify(await signed(plain, { keyHeaders: [[2, kid]] }))).toEqual(granted);
    expect(await verify(await signed([...plain, [4, kid]]))).toEqual(granted);
    expect(await verify(await signed([...plain, [4, kid]], { keyHeaders: [[2, kid]] }))).toEqual(granted);
    expect(await verify(await signed([...plain, [4, kid]], { keyHeaders: [[2, utf8("another")]] }))).toEqual([
      401,
      "cip8/key-mismatch",
    ]);
  });

  it("is taken over the message's hash, as devices sign what is too long for their screen", async () => {
    const { nonce, message } = await challenge(app, address);
    const { bytes } = parseAddress(address);
    const hashed = await createSignData({ publicKey, sign }, bytes, utf8(message), { hashed: true });
    expect(await verify({ address, nonce, ...hashed })).toEqual(granted);
    const other = await challenge(app, address);
    expect(await verify({ address, nonce: other.nonce, ...hashed })).toEqual([401, "cip8/payload-mismatch"]);
    // The flag is not signed: turning it on does not make a hash of the message.
    expect(await verify(await signed(plain, { unprotected: [["hashed", true]] }))).toEqual([
      401,
      "cip8/payload-mismatch",
    ]);
  });

  it("is refused without the address among what is signed, with a foreign one, or with the key's hash instead", async () => {
    const unsignedAddress = await signed([[1, -8]], {
      unprotected: [["address", parseAddress(address).bytes]],
    });
    expect(await verify(unsignedAddress)).toEqual([400, "cose/malformed"]);
    for (const wrong of [parseAddress(foreign.address).bytes, fromHex(holder.keyHash)]) {
      expect(
        await verify(
          await signed([
            [1, -8],
            ["address", wrong],
          ]),
        ),
      ).toEqual([401, "cip8/address-mismatch"]);
    }
  });

  it("is refused without its payload, without its key, or with an object where text belongs", async () => {
    expect(await verify(await signed(plain, { payload: null }))).toEqual([400, "cose/malformed"]);
    const { key: _, ...keyless } = await signed(plain);
    expect(await verify(keyless)).toEqual([400, "request/invalid"]);
    expect(await verify({ ...keyless, key: { key: "a0" } })).toEqual([400, "request/invalid"]);
    expect(await verify({ ...keyless, key: "" })).toEqual([400, "cose/malformed"]);
  });
});

describe("a signed transaction that was never submitted", () => {
  const address = addresses.base(holder.keyHash, stake.keyHash);
  const proof = async (
    utxo: string | null = coinAt(address),
    kind: Parameters<typeof signTransaction>[2] = {},
    keys: readonly Signer[] = [holder],
  ) => {
    const { nonce, message } = await challenge(app, address);
    const { body, transaction } = buildUnsubmittedTx({ utxo, address, networkId: 0, message });
    return { address, nonce, body, witnesses: await signTransaction(keys, transaction, kind) };
  };
  beforeAll(async () => {
    await open();
    await accredit(world, [
      { holder: holder.keyHash, badgeAddress: address },
      { holder: stake.keyHash, badgeAddress: address },
    ]);
  });

  it("proves the key, with witnesses in a plain and in a tagged set, for coins of either format and for none", async () => {
    expect(await verify(await proof())).toEqual(granted);
    expect(await verify(await proof(coinAt(address), { tagged: true }))).toEqual(granted);
    expect(await verify(await proof(coinAt(address, { map: true, tokens: 30 })))).toEqual(granted);
    expect(await verify(await proof(null))).toEqual(granted);
    expect(await verify(await proof(coinAt(address), {}, [change, holder, foreign]))).toEqual(granted);
  });

  it("proves a stake key by its reward address", async () => {
    const reward = addresses.reward(stake.keyHash);
    const { nonce, message } = await challenge(app, reward);
    const utxo = coinAt(address);
    const { body, transaction } = buildUnsubmittedTx({ utxo, address: reward, networkId: 0, message });
    const witnesses = await signTransaction([holder, stake], transaction, { tagged: true });
    expect(await verify({ address: reward, nonce, body, witnesses })).toEqual(granted);
  });

  it("is refused when another body was signed, another key signed, or nobody did", async () => {
    expect(await verify(await proof(coinAt(address), { rewrites: true }))).toEqual([
      401,
      "cip8/bad-signature",
    ]);
    const foreignWitness = { ...(await proof()), witnesses: (await proof()).witnesses };
    expect(await verify(foreignWitness)).toEqual([401, "cip8/bad-signature"]);
    const { body, ...rest } = await proof();
    const hash = "00".repeat(32);
    const { publicKey, signature } = await foreign.signTx(hash);
    const witnesses = toHex(encode(new Map([[0, [[fromHex(publicKey), fromHex(signature)]]]])));
    expect(await verify({ ...rest, body, witnesses })).toEqual([401, "cip8/key-mismatch"]);
    expect(await verify({ ...rest, body, witnesses: "a0" })).toEqual([400, "cose/malformed"]);
  });

  it("is refused for another challenge, and the second time", async () => {
    const one = await proof();
    const other = await challenge(app, address);
    expect(await verify({ ...one, nonce: other.nonce })).toEqual([401, "cip8/payload-mismatch"]);
    expect(await verify(one)).toEqual(granted);
    expect(await verify(one)).toEqual([401, "auth/nonce-used"]);
  });

  it("is refused when the ledger could still take it", async () => {
    const { nonce, message } = await challenge(app, address);
    const { body, transaction } = buildUnsubmittedTx({
      utxo: coinAt(address),
      address,
      networkId: 0,
      message,
    });
    const fields = decode(fromHex(body), { useMaps: true }) as Map<number, unknown>;
    const { slot } = await world.context.ledger.tip();
    for (const [ttl, code] of [
      [slot, null],
      [slot + 1, "cip8/submittable"],
      [undefined, "cip8/submittable"],
      [-1, "cip8/submittable"],
      [Number.NaN, "cip8/submittable"],
    ] as const) {
      if (ttl === undefined) fields.delete(3);
      else fields.set(3, ttl);
      const changed = toHex(encode(fields));
      const parts = decode(fromHex(transaction), { useMaps: true }) as unknown[];
      const witnesses = await signTransaction([holder], toHex(encode([fields, ...parts.slice(1)])));
      const answer = await verify({ address, nonce, body: changed, witnesses });
      // The accepted one used the nonce up: the others are refused before that is looked at.
      expect(answer).toEqual(code === null ? granted : [401, code]);
    }
  });
});
