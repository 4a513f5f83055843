/** The page of weakest links in a real browser: asked of a server, read from a dropped file without a network, and lied to. */
import { readFile } from "node:fs/promises";
import { parseTrustRoot, trustRootJson } from "@cardano-dpp/offchain/codec/trust-root";
import { decodeWeakestLink, encodeWeakestLink } from "@cardano-dpp/offchain/codec/weakest-link";
import { type MadeWeakestLink, proveWeakestLink } from "@cardano-dpp/offchain/usecases/weakest-link/prove";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AmendedServer, serveAmended } from "./amended-world.js";
import { eachOnNewPage, launchChromium } from "./real-browser.js";

let browser: Browser;
let served: AmendedServer;
let page: Page;
let made: MadeWeakestLink;
let station: string;
let supervisor: string;

beforeAll(async () => {
  browser = await launchChromium();
  served = await serveAmended();
  const { setting } = served;
  station = setting.station.name;
  supervisor = setting.supervisor.name;
  made = await proveWeakestLink(setting.context, [
    { thread: station, lo: 0, hi: 7 },
    { thread: supervisor, lo: 0, hi: 1 },
  ]);
}, 300_000);
afterAll(async () => {
  await served?.close();
  await browser?.close();
});
eachOnNewPage(
  () => browser,
  (made) => {
    page = made;
  },
);

const path = (...ranges: readonly string[]): string =>
  `${served.url}/weakest-link/page${ranges.length === 0 ? "" : `?${new URLSearchParams(ranges.map((range) => ["range", range]))}`}`;
const verdict = (state: string) => page.locator(`#result .verdict[data-state=${state}]`);
const title = (state: string) => verdict(state).locator("strong").innerText();
const stateOf = (check: string) => page.locator(`[data-link-check=${check}]`).getAttribute("data-state");
const proofFile = (bytes: Uint8Array = made.bytes) => ({
  name: "a.dppw",
  mimeType: "application/octet-stream",
  buffer: Buffer.from(bytes),
});
const rootFile = () => ({
  name: "trust.json",
  mimeType: "application/json",
  buffer: Buffer.from(trustRootJson(made.root)),
});
const openProof = (bytes?: Uint8Array) =>
  page.getByLabel("Or check a proof file (.dppw)").setInputFiles(proofFile(bytes));
const ask = async (text: string): Promise<void> => {
  await page.getByLabel("Entries, one range a line").fill(text);
  await page.getByRole("button", { name: "Show the weakest link" }).click();
};

describe("a question", () => {
  it("by link is answered with the weakest tier in words, where it stands, and range by range", async () => {
    await page.goto(path(`${station}:0-7`, `${supervisor}:0-1`));
    await verdict("passed").waitFor();
    expect(await title("passed")).toBe("Weakest: Sent by phone message");
    expect(await page.locator("#as-written").innerText()).toMatch(
      /^As the ledger wrote it: Signed by a person\./,
    );
    expect(await page.locator("#places li").allInnerTexts()).toEqual([
      `entry 1 of a station's thread ${station}`,
    ]);
    expect(await page.locator("#summary").innerText()).toBe(
      "6 entries; 0 late; 2 numbers given up for good.",
    );
    const rows = await page
      .locator("#ranges tbody tr")
      .evaluateAll((all) =>
        all.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)),
      );
    expect(rows.toSorted()).toEqual(
      [
        ["Sent by phone message", "Measured by a station", "5", "0", "2"],
        ["Signed by a person", "Signed by a person", "1", "0", "0"],
      ].toSorted(),
    );
    expect(await page.locator("[data-amended]").count()).toBe(2);
    for (const check of ["root", "form", "deployment", "cover", "history", "state", "amendments", "answer"])
      expect([check, await stateOf(check)]).toEqual([check, "passed"]);
    expect(await page.locator("#open li").count()).toBe(3);
    expect(await page.locator("#same-party").count()).toBe(1);
  });

  it("by hand can be asked with the keyboard alone, leaves a link, and gives the proof away", async () => {
    await page.goto(path());
    await page.getByLabel("Entries, one range a line").focus();
    await page.keyboard.insertText(`${station}:0-1\n${station}:5-6`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await verdict("passed").waitFor();
    expect(await title("passed")).toBe("Weakest: Measured by a station");
    expect(new URL(page.url()).searchParams.getAll("range")).toEqual([`${station}:0-1`, `${station}:5-6`]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#proof-file").click(),
    ]);
    expect(download.suggestedFilename()).toBe("weakest-link.dppw");
    const proof = decodeWeakestLink(new Uint8Array(await readFile(await download.path())));
    expect(proof.threads.map(({ name }) => name)).toEqual([station]);
  });

  it("as JSON is taken, too", async () => {
    await page.goto(path());
    await ask(JSON.stringify([{ thread: supervisor, lo: 0, hi: 2 }]));
    await verdict("passed").waitFor();
    expect(await title("passed")).toBe("Weakest: Signed by a person");
  });

  it.each([
    ["nothing", () => "", "Name at least one range"],
    ["what is no range", () => "somewhere", "expected a thread"],
    ["an empty range", () => `${"01".repeat(13)}:3-3`, "holds no counter"],
    [
      "too many",
      () => Array.from({ length: 65 }, (_, at) => `${"01".repeat(13)}:${2 * at}-${2 * at + 1}`).join("\n"),
      "at most 64",
    ],
  ])("of %s is refused beside the form, and nobody is asked", async (_, text, says) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(path());
    await ask(text());
    await page.locator("#ask-fault").filter({ hasText: says }).waitFor();
    expect(asked).not.toContain("/weakest-link");
  });

  it("beyond what is on the ledger is refused with from where", async () => {
    await page.goto(path(`${supervisor}:0-3`));
    await verdict("unknown").filter({ hasText: "is not anchored" }).waitFor();
  });

  it("is told as this server's word alone where it gives no proof", async () => {
    await page.route("**/weakest-link/proof", (route) => route.abort());
    await page.goto(path(`${station}:0-1`));
    await verdict("unknown").filter({ hasText: "by this server's word alone" }).waitFor();
    expect(await page.locator("[data-link-check]").count()).toBe(0);
  });

  it("is not believed where the server's proof was altered", async () => {
    await page.route("**/weakest-link/proof", async (route) => {
      const answer = { ...made.proof.answer, counts: "MULTI_PARTY_SIGNED" as const };
      const body = Buffer.from(encodeWeakestLink({ ...made.proof, answer }));
      return route.fulfill({ body, contentType: "application/octet-stream" });
    });
    await page.goto(path(`${station}:0-7`, `${supervisor}:0-1`));
    await verdict("failed").waitFor();
    expect(await stateOf("answer")).toBe("failed");
    expect(await page.locator("#ranges").count()).toBe(0);
  });

  it("is not believed where the server's trust root is not the ledger's", async () => {
    await page.route("**/trust-root", (route) =>
      route.fulfill({ json: { ...JSON.parse(trustRootJson(made.root)), anchor: "00".repeat(28) } }),
    );
    await page.goto(path(`${station}:0-1`));
    await verdict("failed").waitFor();
    expect(await stateOf("root")).toBe("failed");
  });

  it("is told as not shown where the ledger source cannot be asked", async () => {
    await page.route("**/ledger/**", (route) => route.abort());
    await page.goto(path(`${station}:0-1`));
    await verdict("unknown").filter({ hasText: "Not shown that a ledger holds this" }).waitFor();
    expect(await stateOf("root")).toBe("unknown");
    expect(await stateOf("state")).toBe("unknown");
  });
});

describe("a proof file", () => {
  it("is checked without a network, by the reader's own trust root and outputs", async () => {
    await page.goto(path());
    await page.getByText("Trust root and ledger source").click();
    await page.context().setOffline(true);
    await openProof();
    await verdict("unknown").filter({ hasText: "there is no trust root" }).waitFor();
    await page.getByLabel("Trust root file from a party that you trust (optional)").setInputFiles(rootFile());
    await page.getByRole("button", { name: "Check again with these" }).click();
    await verdict("unknown").filter({ hasText: "the weakest is “Sent by phone message”" }).waitFor();
    const outputs = made.states.map(({ txHash, outputIndex }) => `${txHash}#${outputIndex}`).join("\n");
    await page.getByLabel("Thread outputs that you trust, one a line (optional)").fill(outputs);
    await page.getByRole("button", { name: "Check again with these" }).click();
    await verdict("passed").waitFor();
    expect(await page.locator("[data-link-check=root]").innerText()).toContain("the one from your file");
    expect(await page.locator("#proof-file, #same-party").count()).toBe(0);
  });

  it("can be dropped on the page", async () => {
    await page.goto(path());
    const data = await page.evaluateHandle((bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(bytes)], "a.dppw"));
      return transfer;
    }, Array.from(made.bytes));
    await page.dispatchEvent("main", "drop", { dataTransfer: data });
    await verdict("passed").waitFor();
    expect(await title("passed")).toBe("Weakest: Sent by phone message");
  });

  it("that was cut or is something else is refused", async () => {
    await page.goto(path());
    for (const bytes of [made.bytes.subarray(0, -1), Uint8Array.of(1, 2, 3), new Uint8Array()]) {
      await openProof(bytes);
      await verdict("failed").waitFor();
      expect(await stateOf("form")).toBe("failed");
    }
  });
});

describe("the page", () => {
  it("can be read and asked on a phone, its table with the keyboard", async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(path(`${station}:0-7`));
    await verdict("passed").waitFor();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await page.locator(".scroll").getAttribute("tabindex")).toBe("0");
    // Whoever does not see hears the verdict as it comes, and each field's name and hint.
    expect(await page.locator("#result").getAttribute("aria-live")).toBe("polite");
    const unnamed = await page.evaluate(
      () =>
        [...document.querySelectorAll<HTMLInputElement>("input, textarea, select")].filter(
          (field) => (field.labels ?? []).length === 0,
        ).length,
    );
    expect(unnamed).toBe(0);
  });

  it("has the trust root that the command exports", async () => {
    const answer = await fetch(`${served.url}/trust-root`);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(parseTrustRoot(await answer.text())).toEqual(made.root);
  });

  it("is one script of its own, small on the wire", async () => {
    const answer = await fetch(`${served.url}/page/weakest.js`, { headers: { "accept-encoding": "gzip" } });
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    // Proofs and the receipts of amendments are verified in it; 82 KB when this was written.
    expect(Number(answer.headers.get("content-length"))).toBeLessThan(90_000);
  });
});
