import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import { RECEIVE_NETWORKS, type ReceiveRequest, TRANSFER_REFUSALS } from "../domain/receive-request.js";
import type { Network } from "../ports/ledger.js";
import { hexOf } from "../testing/arbitraries.js";
import { acceptReceiver } from "../usecases/ownership/receiver.js";
import { type Address, encodeAddressBytes, toBech32Address } from "./address.js";
import { decodeBech32, encodeBech32 } from "./bech32.js";
import {
  encodeReceiveRequest,
  findReceiveRequest,
  formatReceiveLink,
  parseReceiveRequest,
  RECEIVE_PREFIX,
} from "./receive-request.js";

interface Vectors {
  readonly accepted: readonly (ReceiveRequest & {
    readonly text: string;
    readonly addressBytes: string;
    readonly link?: string;
  })[];
  readonly refused: readonly {
    readonly why: string;
    readonly text: string;
    readonly network: Network;
    readonly code: string;
  }[];
}
const vectors = JSON.parse(
  readFileSync(new URL("../../../vectors/receive-request.json", import.meta.url), "utf8"),
) as Vectors;
const refusal = (code: string) => expect.objectContaining({ code: `transfer/${code}` });
const OWNED = { passport: "33".repeat(28), keyHash: "44".repeat(28) };

const credential = (kinds: readonly ("key" | "script")[]) =>
  fc.record({ kind: fc.constantFrom(...kinds), hash: hexOf(28) });
const addressFor = (networkId: 0 | 1) =>
  fc
    .record({ payment: credential(["key"]), stake: fc.option(credential(["key", "script"])) })
    .map(
      ({ payment, stake }): Address => ({
        kind: stake === null ? "enterprise" : "base",
        networkId,
        payment,
        stake,
      }),
    )
    .map((address) => toBech32Address(encodeAddressBytes(address)));
const request: fc.Arbitrary<ReceiveRequest> = fc.constantFrom(...RECEIVE_NETWORKS).chain((network) =>
  fc.record({
    network: fc.constant(network),
    address: addressFor(network === "mainnet" ? 1 : 0),
    readingKey: fc.option(hexOf(32)),
    passport: fc.option(hexOf(28)),
  }),
);

describe("receive requests", () => {
  it("read back as they were written, alone, in a link, and with blanks around", () => {
    fc.assert(
      fc.property(request, (given) => {
        const text = encodeReceiveRequest(given);
        expect(parseReceiveRequest(text)).toEqual(given);
        expect(parseReceiveRequest(` ${text}\n`)).toEqual(given);
        expect(parseReceiveRequest(formatReceiveLink("https://a.example/dpp/", given))).toEqual(given);
      }),
    );
  });

  it("have one text each: what is read is written back the same", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 130 }), fc.boolean(), (bytes, plausible) => {
        const head = plausible
          ? Uint8Array.of(1, (bytes[1] ?? 0) % 5, (bytes[2] ?? 0) % 4)
          : new Uint8Array();
        const text = encodeBech32(RECEIVE_PREFIX, Uint8Array.from([...head, ...bytes.slice(head.length)]));
        try {
          expect(encodeReceiveRequest(parseReceiveRequest(text))).toBe(text);
        } catch (error) {
          if (!isDppError(error)) throw error;
          expect(TRANSFER_REFUSALS.map((name) => `transfer/${name}`)).toContain(error.code);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("with one to three wrong letters are refused", () => {
    const letter = fc.constantFrom(..."qpzry9x8gf2tvdw0s3jn54khce6mua7l");
    fc.assert(
      fc.property(
        request,
        fc.array(fc.tuple(fc.nat(), letter), { minLength: 1, maxLength: 3 }),
        (given, changes) => {
          const text = encodeReceiveRequest(given);
          const letters = [...text];
          const start = RECEIVE_PREFIX.length + 1;
          for (const [at, to] of changes) letters[start + (at % (letters.length - start))] = to;
          fc.pre(letters.join("") !== text);
          expect(() => parseReceiveRequest(letters.join(""))).toThrow(refusal("request"));
        },
      ),
    );
  });

  it("of any text throw nothing but their own refusals", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((rest) => `${RECEIVE_PREFIX}1${rest}`),
          fc.webUrl().map((url) => `${url}/receive#x`),
        ),
        (text) => {
          try {
            findReceiveRequest(text);
          } catch (error) {
            expect(isDppError(error) && error.code).toMatch(/^transfer\//);
          }
        },
      ),
    );
  });

  it("longer than 2,000 characters are refused unread", () => {
    expect(() => findReceiveRequest("a".repeat(2001))).toThrow(refusal("request"));
  });
});

describe("the committed vectors", () => {
  it.each(vectors.accepted)(
    "accepted: $text",
    ({ text, link, network, address, addressBytes, readingKey, passport }) => {
      expect(parseReceiveRequest(link ?? text)).toEqual({ network, address, readingKey, passport });
      const { prefix, bytes } = decodeBech32(text);
      expect(prefix).toBe(RECEIVE_PREFIX);
      expect(toHex(bytes).endsWith(addressBytes)).toBe(true);
      expect(fromHex(addressBytes)).toHaveLength(addressBytes.length / 2);
    },
  );

  it.each(vectors.refused)("refused: $why", ({ text, network, code }) => {
    expect(() => acceptReceiver(text, network, OWNED)).toThrow(expect.objectContaining({ code }));
  });

  it("refuse for every reason there is", () => {
    const codes = new Set(vectors.refused.map(({ code }) => code));
    expect([...codes].toSorted()).toEqual(TRANSFER_REFUSALS.map((name) => `transfer/${name}`).toSorted());
  });
});
