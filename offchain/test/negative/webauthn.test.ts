/** Attacks on packs that an authenticator signed: assertions, validly signed all of them, that say something else than they have to. Rules: docs/spec/signature-forms.md "WebAuthn". */
import { beforeAll } from "vitest";
import { constr } from "../../src/codec/plutus-data.js";
import { decodeAssertion, encodeAssertion } from "../../src/codec/webauthn.js";
import { fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { type AssertionChanges, authenticator, RELYING_PARTY } from "../../src/testing/key-signers.js";
import { attacks, worldOf } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import { asserting, type KeyedChange, keyed, keyedAttack, keyedAttempt, withHint } from "./p256-attempts.js";

const refuser = { script: "anchor", purpose: "spend" } as const;
const byProof = { script: "p256", purpose: "withdraw" } as const;
const ofTablet = keyedAttack("tablet");

const saying = (name: string, rule: string, changes: AssertionChanges) =>
  ofTablet(name, rule, asserting(changes), byProof);

/** The assertion is changed after the authenticator has signed it. */
const altered =
  (change: (part: { data: Uint8Array; client: Uint8Array }) => { data?: Uint8Array; client?: Uint8Array }) =>
  (signed: string): string => {
    const { authenticatorData, clientDataJSON, signature } = decodeAssertion(fromHex(signed));
    const { data = authenticatorData, client = clientDataJSON } = change({
      data: authenticatorData,
      client: clientDataJSON,
    });
    return toHex(encodeAssertion({ authenticatorData: data, clientDataJSON: client, signature }));
  };

const after = (name: string, rule: string, signature: KeyedChange["signature"]) =>
  ofTablet(name, rule, signature === undefined ? {} : { signature }, byProof);

const text = (client: Uint8Array): string => new TextDecoder().decode(client);
const START = "begins_as_it_must";

beforeAll(async () => {
  await keyed(await worldOf("deployed"), "tablet");
});

attacks("appending a pack that an authenticator signed", refuser, (world) => keyedAttempt(world, "tablet"), [
  saying("assert a registration", START, { type: "webauthn.create" }),
  saying("assert a payment", START, { type: "payment.get" }),
  saying("assert over another challenge", START, { challenge: "A".repeat(43) }),
  saying("assert over the challenge in base64 with padding", START, { challenge: `${"A".repeat(43)}=` }),
  saying("assert over no challenge", START, { challenge: "" }),
  saying("assert on a page of another origin", START, { origin: "https://evil.example.org" }),
  saying("assert on a page without TLS", START, { origin: "http://capture.example.org" }),
  saying("assert on a page whose origin begins alike", START, {
    origin: `${RELYING_PARTY.origin}.evil.example`,
  }),
  saying("assert on a page with another port", START, { origin: `${RELYING_PARTY.origin}:8443` }),
  saying("assert for another relying party", "is_for_relying_party", { rpId: "example.org" }),
  saying("assert without a user", "is_user_present", { flags: 0x04 }),
  saying("assert with a user who was not verified", "is_user_verified", { flags: 0x01 }),
  saying("assert with no flags but that of the backup", "is_user_present", { flags: 0x18 }),
  saying("assert with all flags but that of the verified user", "is_user_verified", { flags: 0xfb }),
  ofTablet(
    "sign with another authenticator",
    "is_x_r",
    { signature: (_, digest) => toHex(authenticator("another").sign(digest)) },
    byProof,
  ),
  after("set the flag of the verified user after signing", "is_x_r", (_, digest) =>
    altered(({ data }) => ({ data: data.map((byte, at) => (at === 32 ? byte | 0x05 : byte)) }))(
      toHex(encodeAssertion(authenticator("tablet").assert(digest, { flags: 0x01 }))),
    ),
  ),
  after(
    "change the counter after signing",
    "is_x_r",
    altered(({ data }) => ({
      data: data.map((byte, at) => (at === 36 ? byte + 1 : byte)),
    })),
  ),
  after(
    "put another origin in after signing",
    START,
    altered(({ client }) => ({
      client: utf8(text(client).replace("capture", "gapture")),
    })),
  ),
  after(
    "say cross-origin after signing",
    "is_x_r",
    altered(({ client }) => ({
      client: utf8(text(client).replace("false", "true")),
    })),
  ),
  after(
    "put a blank before the type",
    START,
    altered(({ client }) => ({
      client: utf8(text(client).replace("{", "{ ")),
    })),
  ),
  after(
    "name the origin before the challenge",
    START,
    altered(({ client }) => ({
      client: utf8(text(client).replace('"type"', `"origin":"${RELYING_PARTY.origin}","type"`)),
    })),
  ),
  after(
    "add a byte to the authenticator's data",
    "is_x_r",
    altered(({ data }) => ({
      data: Uint8Array.from([...data, 0]),
    })),
  ),
  {
    name: "cut the authenticator's data to 36 bytes",
    rule: "is_length_whole",
    by: byProof,
    change: (plan) =>
      withHint(plan, 3, ({ assertion }) =>
        constr(
          0,
          constr(
            0,
            fromHex(assertion?.authenticatorData ?? "").subarray(0, 36),
            fromHex(assertion?.clientDataJSON ?? ""),
          ),
        ),
      ),
  },
  {
    name: "bring no assertion",
    rule: "is_digest_form",
    by: byProof,
    change: (plan) => withHint(plan, 3, () => constr(1)),
  },
  {
    name: "bring an empty assertion",
    rule: "",
    by: byProof,
    change: (plan) => withHint(plan, 3, () => constr(0, constr(0, bytes(0), bytes(0)))),
  },
]);

attacks(
  "appending a pack with an assertion that says more",
  refuser,
  (world) =>
    keyedAttempt(
      world,
      "tablet",
      asserting({
        flags: 0x1d,
        extensions: "a0",
        afterOrigin: '","crossOrigin":true,"topOrigin":"https://x"}',
      }),
    ),
  [],
);
