/** Reporting from the page on a phone, and what the page says of a suspended maker, in a real browser. */
import { incidentsInMemory } from "@cardano-dpp/offchain/adapters/incidents-memory";
import { encodeActionRecord } from "@cardano-dpp/offchain/codec/action-record";
import { generateKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { cidToHex } from "@cardano-dpp/offchain/domain/cid";
import { seededRandom } from "@cardano-dpp/offchain/testing/seeded-random";
import { IncidentDesk } from "@cardano-dpp/offchain/usecases/incidents/desk";
import { logAction } from "@cardano-dpp/offchain/usecases/life";
import { suspendRole } from "@cardano-dpp/offchain/usecases/roles";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Listening } from "../src/server.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import type { TestWorld } from "../src/testing/world.js";
import { launchChromium, makeWorldOfNow, serveWorld } from "./real-browser.js";

const keys = generateKeyPair(seededRandom("contact key of the page"));

let browser: Browser;
let world: TestWorld;
let server: Listening;
let page: Page;
let desk: IncidentDesk;
let contactKey: Uint8Array | null;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  world = await makeWorldOfNow([productFile("A1")], [TEST_POLICY]);
  const { contracts, clock, random } = world.context;
  const incidents = { store: incidentsInMemory(), contactKey: async () => contactKey };
  contactKey = keys.publicKey;
  desk = new IncidentDesk({ ...incidents, config: contracts.config.hash, clock, random });
  server = await serveWorld(world, { incidents });
  page = await browser.newPage();
  await page.setViewportSize({ width: 320, height: 640 });
  faults.length = 0;
  page.on("pageerror", (error) => faults.push(error.message));
});
afterEach(async () => {
  await page?.close();
  await server?.close();
  expect(faults).toEqual([]);
});

const passport = () => world.passports[0] ?? expect.fail("no passport");
const open = (path = world.qr(passport())) => page.goto(`http://localhost:${server.port}${path}`);
const form = async (): Promise<void> => {
  await page.locator("#report-problem summary").click();
  await page.locator("#report-form").waitFor();
};

it("takes a report on a phone, shows its number, and later what became of it", async () => {
  await open();
  await form();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await page.getByLabel("What is wrong").selectOption("counterfeit");
  await page.getByLabel(/Describe it/).fill("The label comes off.\nUnder it is another.");
  await page.getByLabel(/Links to photos/).fill("not a link");
  await page.getByLabel(/How to reach you/).fill("reporter@example.com");
  await page.getByRole("button", { name: "Send the report" }).click();
  await page.getByText("One of the links is none").waitFor();
  // What was typed is still there.
  await page.getByLabel(/Links to photos/).fill("https://example.com/a.jpg\nhttps://example.com/b.jpg");
  await page.getByRole("button", { name: "Send the report" }).click();
  const receipt = page.locator("#report-receipt code");
  await receipt.waitFor();
  const id = (await receipt.textContent()) ?? "";
  const { incident, body } = await desk.read(id);
  expect(incident).toMatchObject({
    category: "counterfeit",
    via: "web",
    subjects: [{ passport: passport().id }],
  });
  expect(body?.text).toBe("The label comes off.\nUnder it is another.");
  expect(body?.contact?.sealed).not.toContain("reporter");
  // The page's own address goes along, without the code's secret.
  expect(body?.evidence).toEqual([
    `http://localhost:${server.port}/01/09506000134352/21/A1`,
    "https://example.com/a.jpg",
    "https://example.com/b.jpg",
  ]);

  const ask = async (): Promise<string> => {
    await page.getByLabel("Number of the report").fill(` ${id.toUpperCase()} `);
    await page.getByRole("button", { name: "Ask" }).click();
    await page.locator("#report-state [role=status]:not(:empty)").waitFor();
    return (await page.locator("#report-state [role=status]").textContent()) ?? "";
  };
  await page.locator("#report-state summary").click();
  expect(await ask()).toContain("has not closed it yet");
  await desk.close(id, "upheld", "a note for us");
  const closed = page.getByText("the consortium agreed and acted");
  expect(await ask()).not.toContain("note");
  await closed.waitFor();
});

it("reports the maker, and asks for no contact that it could not keep secret", async () => {
  contactKey = null;
  await open();
  await form();
  expect(await page.locator("#report-contact").count()).toBe(0);
  await page.getByText("has no key to keep a contact secret").waitFor();
  await page.getByLabel("It is about").selectOption({ label: "its maker" });
  await page.getByLabel(/Describe it/).fill("There is nobody at its address.");
  await page.getByRole("button", { name: "Send the report" }).click();
  await page.locator("#report-receipt").waitFor();
  expect((await desk.book.list())[0]?.subjects).toEqual([{ attestation: world.role("maker") }]);
});

it("takes a report of a label that leads to another product, and shows nothing of the form where none are taken", async () => {
  await open(world.qr(passport()).replace("/A1?", "/A2?"));
  await page.getByText("This code does not belong to this product").waitFor();
  await form();
  expect(await page.locator("#report-about option").allTextContents()).toEqual(["this product"]);

  await page.route("**/incidents", (route) => route.fulfill({ status: 404, json: {} }));
  await open();
  await page.locator("#verdict .verdict[data-state=passed]").waitFor();
  expect(await page.locator("#report-problem").count()).toBe(0);
});

it("offers the feed to the browser and to people, and none for what is no passport", async () => {
  await open();
  const link = page.locator("#feed");
  await link.waitFor();
  const href = (await link.getAttribute("href")) ?? "";
  expect(
    await page.locator("head link[rel=alternate][type='application/atom+xml']").getAttribute("href"),
  ).toBe(href);
  const feed = await page.request.get(new URL(href, page.url()).href);
  expect([feed.status(), (await feed.text()).includes("Passport issued")]).toEqual([200, true]);
  // A real parser of XML finds nothing wrong with it.
  const root = await page.evaluate(
    (xml) => new DOMParser().parseFromString(xml, "application/xml").documentElement.nodeName,
    await feed.text(),
  );
  expect(root).toBe("feed");
  await open(world.qr(passport()).replace("/A1?", "/A2?"));
  await page.getByText("This code does not belong to this product").waitFor();
  expect(await page.locator("#feed").count()).toBe(0);
});

it("says at the top why and since when the maker is suspended, and who else is in doubt", async () => {
  const { context, actors, content } = world;
  await logAction(context, [actors.maker, actors.repairer], passport().id, {
    actor: world.role("repairer"),
    record: async (previous) =>
      cidToHex(
        await content.put(
          encodeActionRecord({
            type: "repair",
            config: context.contracts.config.hash,
            passport: passport().id,
            previous,
            at: context.clock.now(),
            actor: world.role("repairer"),
            elements: [{ id: "repair.done", type: "string", value: "New cell", unit: null }],
            sealed: [],
            handOver: null,
          }),
        ),
      ),
  });
  await suspendRole(context, [actors.freezer], world.role("maker"), 7);
  await suspendRole(context, [actors.freezer], world.role("repairer"), 2);
  await open();
  const day = new Date(world.clock.now()).toISOString().slice(0, 10);
  const verdict = page.locator("#verdict .verdict[data-state=failed]");
  await verdict.waitFor();
  const said = (await page.locator("#verdict").textContent()) ?? "";
  expect(said).toContain("Issuer suspended");
  expect(said).toContain(`Since ${day}: under investigation.`);
  expect(await page.locator("#doubted-actors li").allTextContents()).toEqual([
    `An action in this product's history was logged by gln:9506000134352 (repairer), which the consortium has suspended since ${day}: false statements. What it logged is in doubt.`,
  ]);
});
