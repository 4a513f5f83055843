import { randomBytes } from "node:crypto";
import { encodeAddressBytes, toBech32Address } from "@cardano-dpp/offchain/codec/address";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Prover } from "@cardano-dpp/offchain/usecases/role-proof";
import { describe, expect, it } from "vitest";
import { createMemoryNonceStore } from "../adapters/nonce-memory.js";
import {
  CHALLENGE_LIFETIME_MS,
  type ChallengeContext,
  consumeChallenge,
  issueChallenge,
  openChallenge,
} from "./challenge.js";
import { issueToken, openToken, TOKEN_LIFETIME_MS } from "./token.js";

const clock = {
  at: Date.UTC(2027, 1, 18),
  now() {
    return this.at;
  },
};
const serverSecret = randomBytes(32);
const context = (changes: Partial<ChallengeContext> = {}): ChallengeContext => ({
  host: "passports.example",
  network: "embedded",
  configPolicy: "11".repeat(28),
  serverSecret,
  clock,
  random: { bytes: (length) => randomBytes(length) },
  nonceStore: createMemoryNonceStore(clock),
  ...changes,
});
const bytesOf = (hash: string, networkId: 0 | 1 = 0) =>
  encodeAddressBytes({ kind: "enterprise", networkId, payment: { kind: "key", hash }, stake: null });
const address = toBech32Address(bytesOf("22".repeat(28)));
const refusal = (code: string) => expect.objectContaining({ code });

describe("a challenge", () => {
  it("says who asks, for what, from whom and until when", () => {
    const { message, nonce } = issueChallenge(context(), { address });
    for (const part of [
      "host: passports.example",
      "network: embedded",
      `deployment: ${"11".repeat(28)}`,
      `address: ${address}`,
      nonce,
    ]) {
      expect(message).toContain(part);
    }
  });

  it("opens for the address it was made for, in either spelling", () => {
    const ctx = context();
    const challenge = issueChallenge(ctx, { address });
    expect(openChallenge(ctx, { address }, challenge.nonce).message).toBe(challenge.message);
    expect(openChallenge(ctx, { address: toHex(bytesOf("22".repeat(28))) }, challenge.nonce).message).toBe(
      challenge.message,
    );
  });

  it("is foreign to another host, network, deployment, address and server secret", () => {
    const { nonce } = issueChallenge(context(), { address });
    const other = toBech32Address(bytesOf("33".repeat(28)));
    expect(() => openChallenge(context(), { address: other }, nonce)).toThrow(refusal("auth/nonce-foreign"));
    for (const change of [
      { host: "evil.example" },
      { network: "preprod" as const },
      { configPolicy: "12".repeat(28) },
      { serverSecret: randomBytes(32) },
    ]) {
      expect(() => openChallenge(context(change), { address }, nonce)).toThrow(refusal("auth/nonce-foreign"));
    }
  });

  it("cannot be given a later expiry", () => {
    const { nonce } = issueChallenge(context(), { address });
    const bytes = Buffer.from(nonce, "base64url");
    bytes[4] = (bytes[4] ?? 0) ^ 1;
    expect(() => openChallenge(context(), { address }, bytes.toString("base64url"))).toThrow(
      refusal("auth/nonce-foreign"),
    );
  });

  it("expires", () => {
    const moved = { at: clock.at, now: () => moved.at };
    const ctx = context({ clock: moved });
    const { nonce } = issueChallenge(ctx, { address });
    moved.at += CHALLENGE_LIFETIME_MS - 1;
    expect(openChallenge(ctx, { address }, nonce).nonce).toBe(nonce);
    moved.at += 1;
    expect(() => openChallenge(ctx, { address }, nonce)).toThrow(refusal("auth/nonce-expired"));
  });

  it("is answered once", async () => {
    const ctx = context();
    const challenge = openChallenge(ctx, { address }, issueChallenge(ctx, { address }).nonce);
    await consumeChallenge(ctx, challenge);
    await expect(consumeChallenge(ctx, challenge)).rejects.toMatchObject({ code: "auth/nonce-used" });
  });

  it("is not made for another network's address, nor for a script's", () => {
    expect(() =>
      issueChallenge(context(), { address: toBech32Address(bytesOf("22".repeat(28), 1)) }),
    ).toThrow(refusal("cip8/network"));
    const script = encodeAddressBytes({
      kind: "enterprise",
      networkId: 0,
      payment: { kind: "script", hash: "22".repeat(28) },
      stake: null,
    });
    expect(() => issueChallenge(context(), { address: toBech32Address(script) })).toThrow(
      refusal("cip8/script-address"),
    );
  });

  it("for the address where a badge lies names the holder, and serves nothing and nobody else", () => {
    const ctx = context();
    const holder = toBech32Address(bytesOf("33".repeat(28)));
    const other = toBech32Address(bytesOf("44".repeat(28)));
    const { message, nonce } = issueChallenge(ctx, { address, badgeOf: holder });
    expect(message.split("\n")).toContain(`badge of: ${holder}`);
    expect(openChallenge(ctx, { address, badgeOf: holder }, nonce).message).toBe(message);
    for (const purpose of [{ address }, { address, badgeOf: other }, { address: holder, badgeOf: address }]) {
      expect(() => openChallenge(ctx, purpose, nonce)).toThrow(refusal("auth/nonce-foreign"));
    }
    const own = issueChallenge(ctx, { address });
    expect(own.message).not.toContain("badge");
    expect(() => openChallenge(ctx, { address, badgeOf: holder }, own.nonce)).toThrow(
      refusal("auth/nonce-foreign"),
    );
  });

  it("is refused with a name when it is not a nonce at all", () => {
    expect(() => openChallenge(context(), { address }, "AAAA")).toThrow(refusal("auth/nonce-foreign"));
    expect(() => openChallenge(context(), { address }, "!")).toThrow(refusal("bytes/base64url"));
  });
});

describe("a token", () => {
  const prover: Prover = { credential: "payment", keyHash: "22".repeat(28) };

  it("carries credential and attestations to the next read", () => {
    const { token } = issueToken(context(), prover, ["ab"]);
    expect(openToken(context(), token)).toMatchObject({ ...prover, attestations: ["ab"] });
    expect(openToken(context(), token)).not.toHaveProperty("badgeKey");
    const apart = { ...prover, badgeKey: "33".repeat(28) };
    expect(openToken(context(), issueToken(context(), apart, ["ab"]).token)).toMatchObject(apart);
  });

  it("is refused when changed, foreign or expired", () => {
    const { token } = issueToken(context(), prover, ["ab"]);
    const [body = "", mac = ""] = token.split(".");
    const forged = Buffer.from(Buffer.from(body, "base64url").toString().replace("ab", "cd")).toString(
      "base64url",
    );
    for (const bad of [`${forged}.${mac}`, body, `${body}.`, `${body}.${mac}.x`, "", "..", `${body}.!!`]) {
      expect(() => openToken(context(), bad)).toThrow(refusal("auth/token-invalid"));
    }
    expect(() => openToken(context({ host: "evil.example" }), token)).toThrow(refusal("auth/token-invalid"));
    expect(() => openToken(context({ configPolicy: "12".repeat(28) }), token)).toThrow(
      refusal("auth/token-invalid"),
    );
    const later = { now: () => clock.at + TOKEN_LIFETIME_MS };
    expect(() => openToken(context({ clock: later }), token)).toThrow(refusal("auth/token-expired"));
  });
});
