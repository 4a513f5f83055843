import { p256 } from "@noble/curves/nist.js";
import { describe, expect, it } from "vitest";
import { fromHex, toBase64url } from "../domain/bytes.js";
import { authenticator } from "../testing/key-signers.js";
import { assertionFromJson } from "./assertion-json.js";

const assertion = authenticator("tablet").assert(new Uint8Array(32).fill(3));
const der = p256.Signature.fromBytes(assertion.signature, "compact").toBytes("der");

const response = {
  authenticatorData: toBase64url(assertion.authenticatorData),
  clientDataJSON: toBase64url(assertion.clientDataJSON),
  signature: toBase64url(der),
  userHandle: "dXNlcg",
};
const ANSWER = {
  id: "a2V5",
  rawId: "a2V5",
  type: "public-key",
  authenticatorAttachment: "platform",
  clientExtensionResults: {},
  response,
};
const within = (changes: Record<string, unknown>) => ({ ...ANSWER, response: { ...response, ...changes } });

describe("what a browser answers", () => {
  it("is read as an assertion, its signature out of DER", () => {
    expect(assertionFromJson(ANSWER)).toEqual(assertion);
    expect(assertionFromJson(JSON.parse(JSON.stringify(ANSWER)))).toEqual(assertion);
  });

  it.each<[string, unknown, string]>([
    ["nothing", null, "/type"],
    ["a text", "answer", "/type"],
    ["a list", [ANSWER], "/type"],
    ["a password", { ...ANSWER, type: "password" }, "/type"],
    ["no response", { ...ANSWER, response: undefined }, "/response"],
    ["a registration", within({ authenticatorData: undefined }), "/response/authenticatorData"],
    ["bytes as a list", within({ clientDataJSON: [1, 2] }), "/response/clientDataJSON"],
    ["base64 with padding", within({ clientDataJSON: "YQ==" }), "/response/clientDataJSON"],
    ["base64url with loose bits", within({ clientDataJSON: "YR" }), "/response/clientDataJSON"],
    ["empty client data", within({ clientDataJSON: "" }), "/clientDataJSON"],
    ["long client data", within({ clientDataJSON: "A".repeat(1367) }), "/response/clientDataJSON"],
    ["short authenticator data", within({ authenticatorData: "AAAA" }), "/authenticatorData"],
    [
      "long authenticator data",
      within({ authenticatorData: "A".repeat(684) }),
      "/response/authenticatorData",
    ],
    ["a raw signature", within({ signature: toBase64url(assertion.signature) }), "/response/signature"],
    ["a cut signature", within({ signature: toBase64url(der.subarray(0, -1)) }), "/response/signature"],
    ["an empty signature", within({ signature: "" }), "/response/signature"],
    ["a long signature", within({ signature: toBase64url(new Uint8Array(73)) }), "/response/signature"],
    [
      "BER that is not DER",
      within({ signature: toBase64url(fromHex("308106020101020101")) }),
      "/response/signature",
    ],
  ])("is refused: %s", (_, json, path) => {
    expect(() => assertionFromJson(json)).toThrow(
      expect.objectContaining({ code: "webauthn/malformed", details: { path } }),
    );
  });
});
