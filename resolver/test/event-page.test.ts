/** Events in a real browser: on a product's page and on their own, with tiers in words, late marks and gaps; and a server that lies about them. */
import { fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { revokeRole } from "@cardano-dpp/offchain/usecases/roles";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventAnswer, EventList } from "../src/schemas/events.js";
import type { Listening } from "../src/server.js";
import { addEvents, type TestEvents, TRANSPORT } from "../src/testing/events.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import type { TestWorld } from "../src/testing/world.js";
import { eachOnNewPage, launchChromium, makeWorldOfNow, OFTEN, serveWorld } from "./real-browser.js";

const HOUR = 3_600_000;
let browser: Browser;
let world: TestWorld;
let events: TestEvents;
let server: Listening;
let page: Page;
/** Of the second product, about which nothing was said. */
let silent: string;
let url: string;
let subject: string;
let ids: { harvest: string; late: string; measured: string; waiting: string };

beforeAll(async () => {
  browser = await launchChromium();
  world = await makeWorldOfNow([productFile("E1"), productFile("E2")], [TEST_POLICY]);
  const [product, other] = world.passports;
  if (product === undefined || other === undefined) throw new Error("no passports");
  subject = product.id;
  events = await addEvents(world);
  const now = world.clock.now();
  const [harvest] = await events.say("supervisor", {
    type: "purchase",
    subject,
    captured: now - 4 * HOUR,
    elements: [
      { id: "event.product.commodity", value: "shea-kernel" },
      { id: "event.quantity.mass", value: "45.0", unit: "kg" },
    ],
  });
  const [measured] = await events.say("station", { ...TRANSPORT, subject, captured: now - 3 * HOUR });
  await events.say("gateway", { ...TRANSPORT, subject, captured: now - 2 * HOUR });
  await events.lose("supervisor", 2);
  const [late] = await events.say("supervisor", { ...TRANSPORT, subject, captured: now - 5 * HOUR });
  const [waiting] = await events.record("station", { ...TRANSPORT, subject, captured: now - HOUR });
  if (!harvest || !late || !measured || !waiting) throw new Error("nothing was said");
  ids = { harvest: harvest.id, late: late.id, measured: measured.id, waiting: waiting.id };
  server = await serveWorld(world, { events: events.access, limits: { events: OFTEN, auth: OFTEN } });
  url = `http://localhost:${server.port}${world.qr(product)}`;
  silent = `http://localhost:${server.port}${world.qr(other)}`;
});
afterAll(async () => {
  await server?.close();
  await events?.store.close();
  await browser?.close();
});
eachOnNewPage(
  () => browser,
  (made) => {
    page = made;
  },
);

const eventUrl = (id: string): string => `http://localhost:${server.port}/events/${id}`;
const shown = () => page.locator("#event-list > li");
const order = () => shown().evaluateAll((items) => items.map((item) => item.getAttribute("data-event")));
const item = (id: string) => page.locator(`#event-list > [data-event="${id}"]`);
type Shown = EventList["events"][number];
/** Alters the list on its way to the page. */
const lie = (change: (list: EventList) => void) =>
  page.route("**/events?*", async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as EventList;
    change(list);
    return route.fulfill({ response, json: list });
  });
const lieAbout = (id: () => string, change: (event: Shown, list: EventList) => void) =>
  lie((list) => {
    const event = list.events.find((candidate) => candidate.id === id());
    if (event === undefined) throw new Error("the list lacks the event");
    change(event, list);
  });
const evidenceOf = ({ evidence }: Shown): NonNullable<Shown["evidence"]> => {
  if (evidence === undefined) throw new Error("no evidence");
  return evidence;
};

describe("how it was made", () => {
  it("tells each event under its tier in words, oldest first, with late and waiting ones marked", async () => {
    await page.goto(url);
    await shown().first().waitFor();
    expect(await order()).toEqual([ids.late, ids.harvest, ids.measured, expect.any(String), ids.waiting]);
    expect(await page.locator("#weakest").textContent()).toBe(
      "Weakest trust among these 5 entries: Sent by phone message (1).",
    );
    expect(await item(ids.harvest).textContent()).toMatch(
      /^Purchase.*by a supervisor, gln:9506000140506.*Signed by a person.*What it isShea kernel/,
    );
    expect(await item(ids.measured).locator("[data-tier]").textContent()).toContain("Measured by a station");
    expect(await item(ids.late).locator("[data-mark=late] summary").textContent()).toBe("Late");
    expect(await item(ids.harvest).locator("[data-mark=late]").count()).toBe(0);
    expect(await item(ids.waiting).textContent()).toContain("Not on the ledger yet");
    expect(await item(ids.harvest).textContent()).not.toContain("45.0");
    const states = await page
      .locator("#event-list [data-event-check=ledger]")
      .evaluateAll((checks) => checks.map((check) => check.getAttribute("data-state")));
    expect(states).toEqual(["passed", "passed", "passed", "passed", "unknown"]);
    expect(await page.locator("#events-failed").count()).toBe(0);
  });

  it("says more of a tier when it is tapped", async () => {
    await page.goto(url);
    const badge = item(ids.measured).locator("[data-tier]");
    const long = badge.getByText("no hand in between");
    await badge.waitFor();
    expect(await long.isVisible()).toBe(false);
    await badge.locator("summary").click();
    expect(await long.isVisible()).toBe(true);
  });

  it("says with what kind of key it was signed and who checked that, and claims no chip", async () => {
    await page.goto(url);
    const line = item(ids.measured).locator('[data-form="P-256"]');
    await line.waitFor();
    expect(await line.locator("summary").innerText()).toBe(
      "Signed with a device's key, checked by the ledger",
    );
    await line.locator("summary").click();
    await line.getByText("Whether it lies in a chip no ledger can see").waitFor();
    expect(await item(ids.harvest).locator("[data-form=Ed25519] summary").innerText()).toBe(
      "Signed with a digital key, checked by the ledger",
    );
    expect(await item(ids.waiting).locator('[data-form="P-256"]').getAttribute("data-checked-by")).not.toBe(
      "ledger",
    );
  });

  it("leads to the page that proves the weakest of them", async () => {
    await page.goto(url);
    await page.locator("#weakest-proof").click();
    await page.waitForURL("**/weakest-link/page?**");
    await page.locator("#result .verdict[data-state=passed]").waitFor();
    expect(await page.locator("#result .verdict strong").innerText()).toBe("Weakest: Sent by phone message");
    // What waits is on no ledger, and in no proof.
    expect(await page.locator("#summary").innerText()).toMatch(/^4 entries; 1 late; 0 numbers/);
  });

  it("names the numbers that are missing for good", async () => {
    await page.goto(url);
    const gaps = page.locator(`[data-gaps="${events.source("supervisor")}"]`);
    await gaps.waitFor();
    expect(await gaps.locator("li").allInnerTexts()).toEqual([
      "Events 1 to 2 are missing for good: device lost or broken.",
    ]);
    expect(await page.locator("[data-gaps]").count()).toBe(1);
  });

  it("can be narrowed to a stronger tier, and says that it is", async () => {
    await page.goto(url);
    await shown().first().waitFor();
    await page.getByLabel("Show").selectOption("DEVICE_SIGNED");
    expect(await order()).toEqual([ids.measured, ids.waiting]);
    await page.getByText("3 entries with weaker trust not shown.").waitFor();
  });

  it("fetches a long list page by page, and keeps what is there when the server does not answer", async () => {
    let broken = false;
    await page.route("**/events?*", (route) =>
      broken ? route.abort() : route.continue({ url: `${route.request().url()}&limit=2` }),
    );
    await page.goto(url);
    const more = page.getByRole("button", { name: "Show more entries" });
    await more.waitFor();
    expect(await order()).toHaveLength(2);
    broken = true;
    const refused = page.waitForEvent("requestfailed");
    await more.click();
    await refused;
    expect(await order()).toHaveLength(2);
    broken = false;
    await more.click();
    await shown().nth(3).waitFor();
    await more.click();
    await shown().nth(4).waitFor();
    await more.waitFor({ state: "detached" });
    expect(await order()).toHaveLength(5);
    expect(await page.locator("#events-failed").count()).toBe(0);
  });

  it("shows nothing, and loads nothing, where nothing was said", async () => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(silent);
    await page.locator("#history-check").waitFor();
    await page.waitForLoadState("networkidle");
    expect(await page.locator("#events").textContent()).toBe("");
    expect(asked).toContain("/events");
    expect(asked).not.toContain("/page/events.js");
  });

  it("can be read on a phone", async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(url);
    await shown().first().waitFor();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it("says that nothing was checked when the ledger source cannot be asked", async () => {
    await page.route("**/ledger/**", (route) => route.abort());
    await page.goto(url);
    await page.locator("#events-unchecked").waitFor();
    expect(await item(ids.harvest).textContent()).toContain("Not checked against the ledger");
    expect(await page.locator("#event-list [data-state=failed]").count()).toBe(0);
  });
});

describe("a server that lies about an event", () => {
  const lies: readonly (readonly [string, () => string, (event: Shown, list: EventList) => void, string])[] =
    [
      [
        "tells a stronger tier",
        () => ids.harvest,
        (event) => {
          event.tier = "DEVICE_SIGNED";
        },
        "another trust tier",
      ],
      [
        "writes a stronger tier into the leaf",
        () => ids.harvest,
        (event) => {
          const { leaf, signed } = evidenceOf(event);
          const raised = raiseTier(leaf);
          event.tier = "DEVICE_SIGNED";
          event.evidence = { ...evidenceOf(event), leaf: raised, signed: signed.replace(leaf, raised) };
        },
        "not signed by its source's key",
      ],
      [
        "hides the late mark",
        () => ids.late,
        (event) => {
          event.late = false;
          event.lateWords = null;
        },
        "another time or mark",
      ],
      [
        "forges an entry without the late mark",
        () => ids.late,
        (event) => {
          const { entry } = evidenceOf(event);
          if (entry === null) throw new Error("no entry");
          event.late = false;
          // kind, tier, late
          entry.bytes = `${entry.bytes.slice(0, 4)}00${entry.bytes.slice(6)}`;
        },
        "not in the ledger's history",
      ],
      [
        "hides that the ledger has it",
        () => ids.late,
        (event) => {
          event.evidence = { ...evidenceOf(event), entry: null };
          event.late = null;
          event.anchor = null;
        },
        "does not show it",
      ],
      [
        "says that a waiting one is on the ledger",
        () => ids.waiting,
        (event, { events: all }) => {
          event.late = false;
          event.anchor = all.find(({ id }) => id === ids.measured)?.anchor ?? null;
        },
        "it is not",
      ],
      [
        "borrows the entry of another source",
        () => ids.waiting,
        (event, { events: all }) => {
          const other = all.find(({ id }) => id === ids.harvest);
          if (other === undefined) throw new Error("no other");
          const { entry, path } = evidenceOf(other);
          event.evidence = { ...evidenceOf(event), entry, path };
          event.anchor = other.anchor;
          event.late = other.late;
        },
        "not in the ledger's history",
      ],
      [
        "shows another event under its number",
        () => ids.harvest,
        (event, { events: all }) => {
          const other = all.find(({ id }) => id === ids.late);
          if (other === undefined) throw new Error("no other");
          event.evidence = evidenceOf(other);
        },
        "another event",
      ],
      [
        "changes a fact",
        () => ids.harvest,
        (event) => {
          const [fact] = event.elements as { element: { value: string } }[];
          if (fact !== undefined) fact.element.value = "cocoa-beans";
        },
        "does not commit to",
      ],
      [
        "backdates it",
        () => ids.harvest,
        (event) => {
          event.captured -= 1;
        },
        "otherwise than its source stated it",
      ],
      [
        "sends rubbish",
        () => ids.harvest,
        (event) => {
          event.evidence = { ...evidenceOf(event), leaf: "<script>" };
        },
        "no event that can be read",
      ],
      [
        "takes one about another product",
        () => ids.harvest,
        (event) => {
          const { leaf, signed } = evidenceOf(event);
          const moved = leaf.replace(subject, "00".repeat(28));
          event.evidence = { ...evidenceOf(event), leaf: moved, signed: signed.replace(leaf, moved) };
        },
        "not about this product",
      ],
    ];

  it.each(lies)("is noticed when it %s", async (_, id, change, says) => {
    await lieAbout(id, change);
    await page.goto(url);
    const box = page.locator("#events-failed");
    await box.waitFor();
    expect(await box.textContent()).toContain("Do not rely on this list");
    expect(await box.locator("[data-state=failed]").allTextContents()).toContainEqual(
      expect.stringContaining(says),
    );
    expect(await item(id()).count()).toBe(0);
    expect(await page.evaluate(() => document.body.textContent)).not.toContain("Cocoa beans");
  });

  it("is noticed when it keeps a gap back, since the ledger counts them", async () => {
    await lie((list) => {
      for (const thread of list.threads ?? []) thread.gaps = [];
    });
    await page.goto(url);
    await page.locator("[data-mark=unexplained]").waitFor();
    expect(await page.locator("[data-mark=unexplained]").textContent()).toBe(
      "2 further numbers are missing, which this server does not explain.",
    );
  });

  it("is noticed when it makes a gap up", async () => {
    await lie((list) => {
      for (const { gaps } of list.threads ?? [])
        for (const gap of gaps) {
          const bytes = fromHex(gap.bytes);
          bytes[bytes.length - 1] = 4;
          gap.bytes = toHex(bytes);
        }
    });
    await page.goto(url);
    await page.getByText("names missing entries that the ledger does not have").waitFor();
    expect(await page.locator("[data-gaps] li").count()).toBe(0);
  });

  it("is noticed on the event's own page, too", async () => {
    await page.route(`**/events/${ids.late}`, async (route) => {
      if (route.request().headers().accept !== "application/json") return route.continue();
      const response = await route.fetch();
      const answer = (await response.json()) as EventAnswer;
      answer.event.late = false;
      return route.fulfill({ response, json: answer });
    });
    await page.goto(eventUrl(ids.late));
    await page.locator("#event .verdict[data-state=failed]").waitFor();
    expect(await page.locator("#receipt").count()).toBe(0);
  });
});

describe("the page of one event", () => {
  it("says what was checked and lets the receipt be taken away", async () => {
    await page.goto(eventUrl(ids.harvest));
    await page.locator("#event .verdict[data-state=passed]").waitFor();
    expect(await page.locator("h1").textContent()).toBe("Purchase");
    for (const id of ["leaf", "signature", "pack", "ledger", "tier", "source", "elements"])
      expect([id, await page.locator(`[data-event-check=${id}]`).getAttribute("data-state")]).toEqual([
        id,
        "passed",
      ]);
    await page.getByText("1 further fact is sealed to those who may read them.").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#receipt").click()]);
    expect(download.suggestedFilename()).toBe(`${ids.harvest}.dppr`);
  });

  it("proves nothing that is not on the ledger, and has no receipt for it", async () => {
    await page.goto(eventUrl(ids.waiting));
    await page.locator("#event .verdict[data-state=unknown]").filter({ hasText: "Not proven yet" }).waitFor();
    expect(await page.locator("#receipt").count()).toBe(0);
  });

  it("asks another ledger source when the reader chooses one", async () => {
    const other = await serveWorld(world);
    try {
      await page.goto(eventUrl(ids.harvest));
      await page.locator("#event .verdict[data-state=passed]").waitFor();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).host));
      await page.locator("#trust summary").click();
      await page.getByLabel("Address of a Blockfrost-compatible source").fill(`${other.url}/ledger/api/v0`);
      await page.getByRole("button", { name: "Check again with this source" }).click();
      await page.getByText("This server answered for the ledger, too.").waitFor({ state: "detached" });
      await page.locator("#event .verdict[data-state=passed]").waitFor();
      expect(asked).toContain(`127.0.0.1:${other.port}`);
    } finally {
      await other.close();
    }
  });

  it("says so when there is none", async () => {
    await page.goto(eventUrl("00000000-0000-8000-8000-000000000000"));
    await page.getByText("No such event").waitFor();
  });

  it("points out a source that is no longer accredited", async () => {
    const { member1, member2 } = world.actors;
    await revokeRole(world.context, [member1, member2], events.source("gateway"), 3);
    const gateway = (await events.store.list({ source: events.source("gateway"), limit: 1 }))[0]?.event.id;
    await page.goto(eventUrl(gateway ?? ""));
    await page.locator("#event .verdict[data-state=warning]").waitFor();
    expect(await page.locator("[data-mark=ended]").textContent()).toBe("Source no longer accredited");
  });
});

/** The leaf (hex) with the tier INDIVIDUAL_SIGNED turned into DEVICE_SIGNED: item 7, right before the payload hash. */
function raiseTier(leaf: string): string {
  // Role SUPERVISOR (5), tier 1, then 32 bytes.
  const place = leaf.indexOf("05015820");
  if (place < 0) throw new Error("no tier in the leaf");
  return `${leaf.slice(0, place)}0502${leaf.slice(place + 4)}`;
}
