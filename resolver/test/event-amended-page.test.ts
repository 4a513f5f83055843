/** The page of one event that was amended, of an amendment that several parties signed, and of one that an authenticator signed; and a server that lies about them. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventAnswer } from "../src/schemas/events.js";
import { type AmendedServer, serveAmended } from "./amended-world.js";
import { eachOnNewPage, launchChromium } from "./real-browser.js";

let browser: Browser;
let served: AmendedServer;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  served = await serveAmended();
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

/** Of the station: 0 as it was, 1 lowered, the last raised. */
const stationId = (at: number): string => served.ids.station.at(at) ?? "";
const openEvent = (id: string) => page.goto(`${served.url}/events/${id}`);
const verdict = (state: string) => page.locator(`#event .verdict[data-state=${state}]`).waitFor();
const checkOf = (id: string) => page.locator(`[data-event-check=${id}]`).getAttribute("data-state");
/** Alters an event's answer on its way to the page. */
const lieAbout = (id: string, change: (answer: EventAnswer) => void) =>
  page.route(`**/events/${id}`, async (route) => {
    if (route.request().headers().accept !== "application/json") return route.continue();
    const response = await route.fetch();
    const answer = (await response.json()) as EventAnswer;
    change(answer);
    return route.fulfill({ response, json: answer });
  });

describe("an event that was amended", () => {
  it("is told with what it counts for, what the ledger wrote, and who changed that", async () => {
    await openEvent(stationId(-1));
    // Its signers are of one company.
    await verdict("warning");
    const card = page.locator("#event .card");
    expect(await card.locator("[data-tier] summary").innerText()).toBe(
      "Counts as: Signed by several parties",
    );
    expect(await card.locator("[data-ledger-tier]").innerText()).toBe(
      "The ledger wrote: Measured by a station. That never changes.",
    );
    const item = page.locator(`[data-amendment="${served.ids.raising}"]`);
    expect(await item.innerText()).toMatch(
      /^From “Measured by a station” to “Signed by several parties” \(audited\), by a (supervisor|gateway), gln:9506000134352, and a (supervisor|gateway), gln:9506000134352 together\. Applies, since 20\d\d-.* UTC at the latest\./,
    );
    expect(await item.innerText()).toContain("Not independent: gln:9506000134352 signed in several roles.");
    expect(await checkOf("amendments")).toBe("warning");
    await item.getByRole("link").click();
    await page.waitForURL(`**/events/${served.ids.raising}`);
    await verdict("warning");
  });

  it("is lowered as well, and one that was not is as it was", async () => {
    await openEvent(stationId(1));
    await verdict("warning");
    expect(await page.locator("#event [data-tier] summary").first().innerText()).toBe(
      "Counts as: Sent by phone message",
    );
    await openEvent(stationId(0));
    await verdict("passed");
    expect(await page.locator(".amendments").count()).toBe(0);
    expect(await page.locator("#event [data-tier] summary").first().innerText()).toBe(
      "Measured by a station",
    );
  });

  it("shows an amendment that does not apply, with why", async () => {
    // The same amendment, told of another event: it is not about that one.
    const other = await (
      await fetch(`${served.url}/events/${stationId(1)}`, { headers: { accept: "application/json" } })
    ).json();
    await lieAbout(stationId(0), (answer) => {
      const [told] = (other as EventAnswer).event.amendments;
      if (told === undefined) throw new Error("no amendment");
      const fault = { code: "amendment/payload", words: "" };
      answer.event.amendments = [{ ...told, applied: false, fault }];
    });
    await openEvent(stationId(0));
    await verdict("passed");
    expect(await page.locator("[data-fault]").getAttribute("data-fault")).toBe("amendment/payload");
    expect(await page.locator("[data-fault]").innerText()).toContain(
      "Does not apply: its payload is not known",
    );
    expect(await page.locator("[data-mark=amendments-unapplied]").innerText()).toBe(
      "An amendment does not apply",
    );
  });

  it.each([
    [
      "says that it counts for more, without an amendment",
      0,
      ({ event }: EventAnswer) => {
        event.counts = "MULTI_PARTY_SIGNED";
      },
    ],
    [
      "keeps the amendment back that it counts by",
      -1,
      ({ event }: EventAnswer) => {
        event.amendments = [];
      },
    ],
    [
      "applies an amendment that is about another event",
      0,
      ({ event }: EventAnswer) => {
        event.counts = "GATEWAY_SIGNED";
        event.amendments = [
          {
            ...(event.amendments[0] as never as object),
            id: served.ids.lowering,
            applied: true,
            fault: null,
          },
        ] as never;
      },
    ],
  ])("is not believed where a server %s", async (_, at, change) => {
    await lieAbout(stationId(at), change);
    await openEvent(stationId(at));
    await verdict("failed");
    expect(await checkOf("amendments")).toBe("failed");
  });

  it("is told as not checked where an amendment cannot be had", async () => {
    await page.route(`**/events/${served.ids.raising}`, (route) => route.abort());
    await openEvent(stationId(-1));
    await verdict("warning");
    expect(await page.locator("[data-event-check=amendments]").innerText()).toContain("could not be read");
  });
});

describe("what several parties signed", () => {
  it("names each with its key, and that two are of one company", async () => {
    await openEvent(served.ids.raising);
    await verdict("warning");
    const signers = page.locator("[data-signer]");
    expect(await signers.count()).toBe(2);
    for (const at of [0, 1])
      expect(await signers.nth(at).innerText()).toMatch(
        /^a (supervisor|gateway), gln:9506000134352\s*Signed with a digital key, checked by the ledger/,
      );
    expect(await page.locator("[data-mark=one-company]").innerText()).toBe(
      "Not independent: gln:9506000134352 signed in several roles.",
    );
    for (const id of ["leaf", "signature", "pack", "ledger", "seal", "tier"])
      expect([id, await checkOf(id)]).toEqual([id, "passed"]);
    expect(await page.locator('[data-element="event.tier.to"]').innerText()).toBe(
      "Signed by several parties",
    );
    expect(await page.locator("#subject").getAttribute("href")).toBe(`/events/${stationId(-1)}`);
  });

  it.each([
    [
      "another signature of a party",
      "seal",
      ({ event }: EventAnswer) => {
        const { entry } = event.evidence;
        if (entry === null) throw new Error("no entry");
        const flipped = entry.signature.endsWith("0") ? "1" : "0";
        entry.signature = entry.signature.slice(0, -1) + flipped;
      },
    ],
    [
      "another party in the ledger's entry",
      "ledger",
      ({ event }: EventAnswer) => {
        const { entry } = event.evidence;
        if (entry === null) throw new Error("no entry");
        // The last byte of the last party's key.
        const flipped = entry.bytes.endsWith("0") ? "1" : "0";
        entry.bytes = entry.bytes.slice(0, -1) + flipped;
      },
    ],
  ])("is not believed with %s", async (_, check, change) => {
    await lieAbout(served.ids.raising, change);
    await openEvent(served.ids.raising);
    await verdict("failed");
    expect(await checkOf(check)).toBe("failed");
  });
});

describe("what an authenticator signed", () => {
  it("says that somebody confirmed it, that the ledger checked it, and claims no more", async () => {
    await openEvent(served.ids.tablet);
    await verdict("passed");
    const line = page.locator("[data-form=WebAuthn]");
    expect(await line.locator("summary").innerText()).toBe(
      "Confirmed with a fingerprint, face or PIN, checked by the ledger",
    );
    await line.locator("summary").focus();
    await page.keyboard.press("Enter");
    await line.getByText("whose finger it was, nothing here can check").waitFor();
    expect(await checkOf("seal")).toBe("passed");
  });

  it("is not believed with an assertion that was altered", async () => {
    await lieAbout(served.ids.tablet, ({ event }) => {
      const { entry } = event.evidence;
      if (entry === null) throw new Error("no entry");
      const flipped = entry.signature.endsWith("0") ? "1" : "0";
      entry.signature = entry.signature.slice(0, -1) + flipped;
    });
    await openEvent(served.ids.tablet);
    await verdict("failed");
    expect(await checkOf("seal")).toBe("failed");
  });

  it("can be read on a phone", async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const id of [served.ids.tablet, stationId(-1), served.ids.raising]) {
      await openEvent(id);
      await page.locator("#event .card").first().waitFor();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
    }
  });
});
