import { inspect } from "node:util";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { isDppError } from "../../domain/errors.js";
import { actor } from "../../testing/actors.js";
import { closeHarnesses, harness, payer } from "../../testing/blockfrost-harness.js";
import { problem } from "../../testing/blockfrost-routes.js";
import type { Asked, Fault } from "../../testing/blockfrost-server.js";
import { payment } from "../../testing/transact.js";
import { lucidBuilder } from "../lucid/builder.js";
import { systemRandom } from "../system.js";
import { openBlockfrost, PROJECT_ID_VARIABLE } from "./blockfrost.js";

afterAll(closeHarnesses);
afterEach(() => vi.restoreAllMocks());

const answer = (status: number, headers: Record<string, string> = {}): Fault => ({
  kind: "answer",
  status,
  body: problem(status, "Error", `status ${status}`),
  headers,
});
const ok = (body: unknown): Fault => ({ kind: "answer", status: 200, body });

/** Only the latest block, and only after the adapter is open. */
async function tipWith(fault: (nth: number) => Fault | null, options = {}) {
  const made = await harness();
  const ledger = await made.open(options);
  const opened = made.server.asked.length;
  let nth = 0;
  made.server.behave({ fault: ({ path }) => (path === "/blocks/latest" ? fault(++nth) : null) });
  return { ...made, ledger, requests: () => made.server.asked.length - opened };
}

describe("an answer that may be better next time", () => {
  it.each([429, 500, 502, 503, 504, 520])("%i is asked for again", async (status) => {
    const { ledger, requests, waits } = await tipWith((nth) => (nth < 3 ? answer(status) : null));
    expect((await ledger.tip()).height).toBe(0);
    expect(requests()).toBe(3);
    expect(waits).toHaveLength(2);
  });

  it.each([
    [429, "rate-limit"],
    [500, "server-error"],
    [503, "server-error"],
  ])("%i is named %s after the last try", async (status, reason) => {
    const { ledger, requests, waits } = await tipWith(() => answer(status), { attempts: 4 });
    await expect(ledger.tip()).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { reason, status, route: "/blocks/latest" },
    });
    expect(requests()).toBe(4);
    expect(waits).toHaveLength(3);
  });

  it("waits longer each time, and never the same twice", async () => {
    const { ledger, waits } = await tipWith(() => answer(500), { attempts: 9, random: systemRandom });
    await expect(ledger.tip()).rejects.toThrow();
    waits.forEach((wait, index) => {
      const most = Math.min(500 * 2 ** index, 15_000);
      expect(wait).toBeGreaterThanOrEqual(most / 2);
      expect(wait).toBeLessThanOrEqual(most);
    });
  });

  it("waits as long as `Retry-After` says, in seconds or until a date", async () => {
    const seconds = await tipWith((nth) => (nth === 1 ? answer(429, { "retry-after": "7" }) : null));
    await seconds.ledger.tip();
    expect(seconds.waits).toEqual([7_000]);
    const date = await tipWith((nth) =>
      nth === 1 ? answer(503, { "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }) : null,
    );
    await date.ledger.tip();
    expect(date.waits).toEqual([30_000]);
  });

  it("does not wait for an hour, but says so", async () => {
    const { ledger, requests } = await tipWith(() => answer(429, { "retry-after": "3600" }));
    await expect(ledger.tip()).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { reason: "rate-limit", retryAfterMs: 3_600_000 },
    });
    expect(requests()).toBe(1);
  });

  it("does not wait for a server that asks for nonsense", async () => {
    const { ledger, waits } = await tipWith((nth) =>
      nth === 1 ? answer(429, { "retry-after": "soon" }) : null,
    );
    await ledger.tip();
    expect(waits[0]).toBeLessThanOrEqual(500);
  });

  it("asks again after a broken body", async () => {
    const { ledger, requests } = await tipWith((nth) => (nth === 1 ? { kind: "cut" } : null));
    expect((await ledger.tip()).height).toBe(0);
    expect(requests()).toBe(2);
  });

  it("does not wait forever", async () => {
    const { ledger, requests } = await tipWith(() => ({ kind: "hang" }), { timeoutMs: 30, attempts: 2 });
    await expect(ledger.tip()).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { reason: "timeout", code: "ETIMEDOUT" },
    });
    expect(requests()).toBe(2);
  });
});

describe("an answer that stays the same", () => {
  it.each([
    [402, "ledger/unavailable", /requests of the day/],
    [418, "ledger/unavailable", /banned/],
    [403, "ledger/unauthorized", new RegExp(PROJECT_ID_VARIABLE)],
    [401, "ledger/unauthorized", new RegExp(PROJECT_ID_VARIABLE)],
    [400, "ledger/unavailable", /does not understand/],
    [451, "ledger/unavailable", /something else than documented/],
  ])("%i is asked for once and named", async (status, code, message) => {
    const { ledger, requests } = await tipWith(() => answer(status));
    await expect(ledger.tip()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      details: { status, route: "/blocks/latest" },
    });
    expect(requests()).toBe(1);
  });

  it("says that a server without the first routes is none", async () => {
    const { open } = await harness({ without: ["/genesis"] });
    await expect(open()).rejects.toMatchObject({
      code: "ledger/unavailable",
      message: expect.stringContaining("no server of Blockfrost's API"),
    });
  });

  it("says when nobody listens", async () => {
    const { server, open } = await harness();
    await server.close();
    await expect(open({ attempts: 2 })).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { reason: "unreachable", code: "ECONNREFUSED" },
    });
  });
});

describe("an answer of another shape", () => {
  const shapes: readonly (readonly [string, unknown])[] = [
    ["a list", []],
    ["null", null],
    ["a text", "tip"],
    ["nothing", {}],
    ["a height that is text", { time: 1, height: "1", slot: 1 }],
    ["a negative slot", { time: 1, height: 1, slot: -1 }],
    ["a height beyond 2^53", { time: 1, height: 1e20, slot: 1 }],
    ["a block of the past without a height", { time: 1, height: null, slot: null }],
  ];
  it.each(shapes)("is refused: %s", async (_, body) => {
    const { ledger } = await tipWith(() => ok(body));
    await expect(ledger.tip()).rejects.toMatchObject({
      code: "ledger/unavailable",
      message: expect.stringContaining("something else than documented"),
      details: { route: "/blocks/latest", reason: "undocumented" },
    });
  });

  it("is refused when it is no JSON", async () => {
    const made = await tipWith(
      (): Fault => ({ kind: "answer", status: 203, body: "<html>maintenance</html>" }),
    );
    await expect(made.ledger.tip()).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { reason: "undocumented" },
    });
  });

  it("is refused when it does not end", async () => {
    const { ledger } = await tipWith(() => ({ kind: "flood" }));
    await expect(ledger.tip()).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { reason: "too-large" },
    });
  });

  it("is not taken for «there is none» when a 500 says that it is a 404", async () => {
    const made = await harness();
    const ledger = await made.open({ attempts: 2 });
    made.server.behave({
      fault: () => ({ kind: "answer", status: 500, body: problem(404, "Not Found", "gone") }),
    });
    await expect(ledger.transaction("00".repeat(32))).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { status: 500 },
    });
  });

  const utxo = {
    tx_hash: "00".repeat(32),
    output_index: 0,
    address: payer.address,
    amount: [{ unit: "lovelace", quantity: "1" }],
    data_hash: null,
    inline_datum: null,
    reference_script_hash: null,
  };
  it.each([
    ["more than a page", Array.from({ length: 101 }, (_, output_index) => ({ ...utxo, output_index }))],
    ["a hash that is none", [{ ...utxo, tx_hash: "../genesis" }]],
    ["a quantity with a sign", [{ ...utxo, amount: [{ unit: "lovelace", quantity: "-1" }] }]],
    ["a number for a quantity", [{ ...utxo, amount: [{ unit: "lovelace", quantity: 1 }] }]],
    ["no lovelace", [{ ...utxo, amount: [] }]],
    ["a unit twice", [{ ...utxo, amount: [...utxo.amount, ...utxo.amount] }]],
    ["an address with a slash", [{ ...utxo, address: "addr/../x" }]],
    ["an output elsewhere", [{ ...utxo, address: actor("other").address }]],
    ["a datum that is no hex", [{ ...utxo, inline_datum: "zz" }]],
  ])("is refused in a list of outputs: %s", async (_, body) => {
    const made = await harness();
    const ledger = await made.open();
    made.server.behave({ fault: () => ok(body) });
    await expect(ledger.utxosAt(payer.address)).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { route: "/addresses/{address}/utxos", reason: "undocumented" },
    });
  });
});

const ID = "previewKEYKEYKEYKEYKEYKEYKEYKEYKEYKEY12";

describe("the project id", () => {
  it("goes into the header of every request", async () => {
    const { open, server } = await harness();
    await (await open({ projectId: `${ID}\n` })).tip();
    expect(server.asked.length).toBeGreaterThan(2);
    expect(server.asked.every(({ headers }) => headers.project_id === ID)).toBe(true);
    expect(server.asked.some(({ path }) => path.includes(ID))).toBe(false);
  });

  it("does not follow a redirect to another host", async () => {
    const elsewhere = await harness();
    const { open } = await harness({
      fault: () => answer(302, { location: `${elsewhere.server.url}/genesis` }),
    });
    await expect(open({ projectId: ID })).rejects.toMatchObject({ code: "ledger/unavailable" });
    expect(elsewhere.server.asked).toEqual([]);
  });

  it.each(["http://example.org/api/v0", "http://10.0.0.1:3000"])(
    "does not cross a network in clear: %s",
    async (url) => {
      const { open } = await harness();
      await expect(open({ url, projectId: ID })).rejects.toMatchObject({ code: "ledger/bad-url" });
    },
  );

  it("is in no error, no log and no object, whatever goes wrong and whatever the server echoes", async () => {
    vi.stubEnv("BLOCKFROST_DEBUG", "true");
    const printed: unknown[] = [];
    for (const way of ["log", "info", "warn", "error", "debug"] as const)
      vi.spyOn(console, way).mockImplementation((...said) => void printed.push(said));
    const shown: unknown[] = [];
    for (const fault of everyFault) {
      const made = await harness();
      const ledger = await made.open({ projectId: ID, timeoutMs: 100, attempts: 2 });
      const builder = lucidBuilder(ledger);
      const { cbor } = await builder.build(payment(actor("other").address, 5_000_000n), payer);
      shown.push(ledger, JSON.stringify(ledger));
      made.server.behave({ fault });
      const calls: (() => Promise<unknown>)[] = [
        () => made.open({ projectId: ID, timeoutMs: 100, attempts: 2 }),
        () => ledger.tip(),
        () => ledger.protocolParameters(),
        () => ledger.utxosAt(payer.address),
        () => ledger.utxosByCredential(payer.keyHash),
        () => ledger.utxoByUnit("ab".repeat(30)),
        () => ledger.utxosByOutRef([{ txHash: "00".repeat(32), outputIndex: 0 }]),
        () => ledger.transaction("00".repeat(32)),
        () => ledger.transactionsOf("ab".repeat(30)),
        () => ledger.unitsOf("ab".repeat(28)),
        () => ledger.submit(cbor),
        () => ledger.awaitTx("00".repeat(32), 1_000),
      ];
      for (const call of calls) {
        const error: unknown = await Promise.resolve()
          .then(call)
          .catch((thrown: unknown) => thrown);
        shown.push(error);
        if (error instanceof Error) {
          expect(isDppError(error), String(error.stack)).toBe(true);
          shown.push(error.message, error.stack, String(error), JSON.stringify(error));
        }
      }
    }
    for (const url of [undefined, "http://example.org", `https://user:${ID}@example.org`, "nonsense"]) {
      const { open } = await harness();
      shown.push(await open({ url, network: "mainnet", projectId: ID }).catch((error: unknown) => error));
    }
    const text = [...shown, ...printed]
      .map((item) => inspect(item, { depth: null, showHidden: true }))
      .join("\n");
    expect(text).toContain("status");
    expect(text).not.toContain(ID);
  });
});

/** Each status and each way of failing, by a server that says the id back wherever it can. */
const everyFault: readonly ((asked: Asked) => Fault)[] = [
  ...[302, 400, 401, 402, 403, 404, 418, 425, 429, 451, 500, 503].map(
    (status) =>
      ({ headers, path }: Asked): Fault => ({
        kind: "answer",
        status,
        body: problem(status, String(headers.project_id), `no ${String(headers.project_id)} for ${path}`),
        headers: { location: `/${String(headers.project_id)}`, "x-echo": String(headers.project_id) },
      }),
  ),
  ({ headers }) => ({ kind: "answer", status: 500, body: `<p>${String(headers.project_id)}</p>` }),
  ({ headers }) => ({ kind: "answer", status: 400, body: { message: { token: headers.project_id } } }),
  ({ headers }) => ({ kind: "answer", status: 203, body: String(headers.project_id) }),
  ({ headers }) => ok({ cbor: headers.project_id, hash: headers.project_id }),
  ({ headers }) => ok([{ address: headers.project_id, [String(headers.project_id)]: 1 }]),
  () => ({ kind: "hang" }),
  () => ({ kind: "cut" }),
  () => ({ kind: "flood" }),
];

describe("connecting", () => {
  it("refuses a server of another network", async () => {
    const { open } = await harness();
    await expect(open({ network: "preview" })).rejects.toMatchObject({
      code: "ledger/wrong-network",
      details: { network: "preview", expected: 2, served: 4_242_042 },
    });
    await expect(open({ networkMagic: 7 })).rejects.toMatchObject({ code: "ledger/wrong-network" });
    await expect(open({ networkMagic: 4_242_042 })).resolves.toBeDefined();
    await expect(open({ network: "embedded" })).rejects.toMatchObject({ code: "ledger/wrong-network" });
  });

  it("refuses a public network under a devnet's name", async () => {
    const { open } = await harness({
      fault: ({ path }) =>
        path === "/genesis" ? ok({ network_magic: 764_824_073, system_start: 1, slot_length: 1 }) : null,
    });
    await expect(open()).rejects.toMatchObject({ code: "ledger/wrong-network" });
  });

  it("refuses a server whose times contradict the network's slots", async () => {
    const { open } = await harness({
      fault: ({ path }) =>
        path === "/genesis" ? ok({ network_magic: 2, system_start: 1_666_656_000, slot_length: 1 }) : null,
    });
    await expect(open({ network: "preview" })).rejects.toMatchObject({
      code: "ledger/unavailable",
      message: expect.stringContaining("slots do not agree"),
    });
  });

  it.each([
    ["without a project id", { projectId: undefined }, "ledger/unauthorized"],
    ["with an empty one", { projectId: " \n" }, "ledger/unauthorized"],
    ["with another network's", { projectId: `mainnet${ID}` }, "ledger/wrong-network"],
    ["for a devnet, which nobody hosts", { network: "devnet", projectId: ID }, "ledger/bad-url"],
  ] as const)("does not ask the hosted service %s", async (_, options, code) => {
    const { clock } = await harness();
    const opening = openBlockfrost({ network: "preview", clock, random: systemRandom, ...options });
    await expect(opening).rejects.toMatchObject({ code });
  });

  it.each([
    "nonsense",
    "ftp://127.0.0.1/",
    "http://a:b@127.0.0.1/",
    "http://127.0.0.1/?x=1",
    "http://127.0.0.1/#x",
  ])("refuses the URL %s", async (url) => {
    const { open } = await harness();
    await expect(open({ url })).rejects.toMatchObject({ code: "ledger/bad-url" });
  });

  it("takes a devnet's slots as handed in", async () => {
    const { open, chain } = await harness({ without: ["/network/eras"] });
    const { slotConfig } = chain;
    expect((await open({ slotConfig })).slotConfig).toEqual(slotConfig);
    const wrong = { ...slotConfig, zeroTime: slotConfig.zeroTime + 60_000 };
    await expect(open({ slotConfig: wrong })).rejects.toMatchObject({ code: "ledger/unavailable" });
  });
});
