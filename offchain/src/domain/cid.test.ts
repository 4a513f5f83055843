import fc from "fast-check";
import { base58btc } from "multiformats/bases/base58";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { describe, expect, it } from "vitest";
import { bytesOf } from "../testing/arbitraries.js";
import { cidFromBytes, cidFromHex, cidToBytes, cidToHex, DAG_PB, parseCid, RAW } from "./cid.js";

const HELLO = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";
const digest = new Uint8Array(32).fill(5);

describe("content id", () => {
  it("has one text and one binary form", () => {
    fc.assert(
      fc.property(bytesOf(32), fc.constantFrom(RAW, DAG_PB), (hash, code) => {
        const cid = CID.createV1(code, Digest.create(0x12, hash)).toString();
        expect(cidFromBytes(cidToBytes(cid))).toBe(cid);
        expect(cidFromHex(cidToHex(cid))).toBe(cid);
      }),
    );
  });

  it.each([
    ["no CID", "hello"],
    ["upper case", HELLO.toUpperCase()],
    ["another base", CID.parse(HELLO).toString(base58btc)],
    ["the identity hash", CID.createV1(RAW, Digest.create(0, digest)).toString()],
    ["version 0", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"],
    ["another codec", CID.createV1(0x71, Digest.create(0x12, digest)).toString()],
    ["another hash", CID.createV1(RAW, Digest.create(0x1e, digest)).toString()],
    ["a short hash", CID.createV1(RAW, Digest.create(0x12, digest.subarray(0, 20))).toString()],
    ["nothing", ""],
    ["blanks around it", ` ${HELLO}`],
  ])("refuses %s", (_, text) => {
    expect(() => parseCid(text)).toThrow(expect.objectContaining({ code: "content/bad-cid" }));
  });

  it("throws nothing but a named error on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(() => cidFromBytes(bytes)).toThrow(expect.objectContaining({ code: "content/bad-cid" }));
      }),
    );
  });

  it("refuses bytes behind the id", () => {
    expect(() => cidFromBytes(Uint8Array.of(...cidToBytes(HELLO), 0))).toThrow(
      expect.objectContaining({ code: "content/bad-cid" }),
    );
  });
});
