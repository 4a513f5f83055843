import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type LedgerSource,
  latestBlock,
  outputWithUnit,
  parseSource,
  transactionBlock,
  transactionHeld,
} from "./ledger-source.js";

const PAGE = new URL("https://passports.example/01/09506000134352/21/A1");
const UNIT = "ab".repeat(28);
const HOLDER = { address: "addr_test1holder", quantity: "1" };
const UTXO = {
  address: HOLDER.address,
  tx_hash: "cd".repeat(32),
  output_index: 1,
  amount: [{ unit: UNIT, quantity: "1" }],
  inline_datum: "d87980",
};

/** Answers what the test puts here, by path; a number is a status. */
const answers = new Map<string, unknown>();
let server: Server;
let source: LedgerSource;
let lastProject: string | undefined;
beforeAll(async () => {
  server = createServer((request, response) => {
    lastProject = request.headers.project_id as string | undefined;
    const answer = answers.get(request.url ?? "") ?? 404;
    response.statusCode = typeof answer === "number" ? answer : 200;
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  source = { base: `http://127.0.0.1:${port}/api/v0`, projectId: "" };
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
const serve = (entries: Record<string, unknown>): void => {
  answers.clear();
  for (const [path, answer] of Object.entries(entries)) answers.set(`/api/v0${path}`, answer);
};
const refusal = (code: string) => expect.objectContaining({ code });

describe("a ledger source", () => {
  it("is any https address, or a node on the reader's own machine", () => {
    expect(parseSource("https://ledger.example/api/v0/", " key ", PAGE)).toEqual({
      base: "https://ledger.example/api/v0",
      projectId: "key",
    });
    expect(parseSource("http://127.0.0.1:3000/api/v0", "", PAGE).base).toBe("http://127.0.0.1:3000/api/v0");
    expect(parseSource("/ledger/api/v0", "", PAGE).base).toBe("https://passports.example/ledger/api/v0");
    const bad = [
      "http://ledger.example/api",
      "javascript:alert(1)",
      "data:text/plain,x",
      "https://user:pass@ledger.example",
      "https://ledger.example/?x=1",
      "https://",
    ];
    for (const text of bad) expect(() => parseSource(text, "", PAGE)).toThrow(refusal("ledger/bad-source"));
  });

  it("names the output that holds an NFT", async () => {
    serve({
      [`/assets/${UNIT}/addresses`]: [HOLDER],
      [`/addresses/${HOLDER.address}/utxos/${UNIT}`]: [UTXO],
    });
    expect(await outputWithUnit(source, UNIT)).toEqual({
      address: HOLDER.address,
      txHash: UTXO.tx_hash,
      outputIndex: 1,
      units: { [UNIT]: "1" },
      datum: "d87980",
    });
  });

  it("knows nothing of a unit that was never minted, or was burnt", async () => {
    serve({});
    expect(await outputWithUnit(source, UNIT)).toBeNull();
    serve({ [`/assets/${UNIT}/addresses`]: [] });
    expect(await outputWithUnit(source, UNIT)).toBeNull();
  });

  it("does not call unique what lies in several places", async () => {
    serve({ [`/assets/${UNIT}/addresses`]: [HOLDER, { ...HOLDER, address: "addr_test1other" }] });
    await expect(outputWithUnit(source, UNIT)).rejects.toThrow(refusal("ledger/not-unique"));
    serve({
      [`/assets/${UNIT}/addresses`]: [HOLDER],
      [`/addresses/${HOLDER.address}/utxos/${UNIT}`]: [UTXO, UTXO],
    });
    await expect(outputWithUnit(source, UNIT)).rejects.toThrow(refusal("ledger/not-unique"));
  });

  it("is unavailable when it refuses, fails, or answers in another shape", async () => {
    const addresses = `/assets/${UNIT}/addresses`;
    for (const answer of [403, 500, 429, "not json", { a: 1 }, [1], [{}], [null], "x".repeat(1_100_000)]) {
      serve({ [addresses]: answer });
      await expect(outputWithUnit(source, UNIT)).rejects.toThrow(refusal("ledger/unavailable"));
    }
    serve({
      [addresses]: [HOLDER],
      [`/addresses/${HOLDER.address}/utxos/${UNIT}`]: [{ ...UTXO, output_index: "1" }],
    });
    await expect(outputWithUnit(source, UNIT)).rejects.toThrow(refusal("ledger/unavailable"));
    await expect(outputWithUnit({ base: "http://127.0.0.1:9", projectId: "" }, UNIT)).rejects.toThrow(
      refusal("ledger/unavailable"),
    );
  });

  it("is told the project id when there is one, and blocks come in milliseconds", async () => {
    const hash = UTXO.tx_hash;
    serve({
      [`/txs/${hash}`]: { block_height: 7, block_time: 1_800_000_000 },
      "/blocks/latest": { height: 9, time: 1_800_000_040 },
    });
    expect(await transactionBlock({ ...source, projectId: "preprodKey" }, hash)).toEqual({
      height: 7,
      time: 1_800_000_000_000,
    });
    expect(lastProject).toBe("preprodKey");
    expect(await latestBlock(source)).toEqual({ height: 9, time: 1_800_000_040_000 });
    expect(lastProject).toBeUndefined();
    expect(await transactionBlock(source, "00")).toBeNull();
  });

  it("is held to have a transaction only when it took it as valid, and answers for that one", async () => {
    const hash = "ef".repeat(32);
    const held = async (answer: unknown): Promise<boolean> => {
      serve({ [`/txs/${hash}`]: answer });
      return transactionHeld(source, hash);
    };
    expect(await held({ hash, valid_contract: true })).toBe(true);
    expect(await held({ hash })).toBe(true);
    expect(await held({ hash, valid_contract: false })).toBe(false);
    expect(await held({ hash: "aa".repeat(32), valid_contract: true })).toBe(false);
    expect(await held({})).toBe(false);
    expect(await held(404)).toBe(false);
    await expect(held(500)).rejects.toThrow(refusal("ledger/unavailable"));
  });
});
