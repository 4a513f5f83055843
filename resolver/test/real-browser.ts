/** What the tests in a real browser share: Chromium, a world of the browser's time, and a resolver that pages may ask often. */
import { type Browser, chromium, type Page } from "playwright-core";
import { afterEach, beforeEach, expect } from "vitest";
import { provideChromium } from "../../scripts/chromium.mjs";
import type { ServedParts } from "../src/parts.js";
import { type Listening, startServer } from "../src/server.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @throws Error where there is no Chromium: the test fails, it is not skipped. */
export async function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = provideChromium() as string | null;
  if (executablePath === null) throw new Error("this test needs Chromium: see scripts/chromium.mjs");
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

/** A page of its own for each test of a file, in which no script may throw. `take`: hands it to the test. */
export function eachOnNewPage(browser: () => Browser, take: (page: Page) => void): void {
  let page: Page | undefined;
  const faults: string[] = [];
  beforeEach(async () => {
    page = await browser().newPage();
    faults.length = 0;
    page.on("pageerror", (error) => faults.push(error.message));
    take(page);
  });
  afterEach(async () => {
    await page?.close();
    expect(faults).toEqual([]);
  });
}

/** A browser's clock cannot be set: the world begins now, on a whole second as slots do. */
export const makeWorldOfNow = (
  products: Parameters<typeof makeTestWorld>[0],
  policies: Parameters<typeof makeTestWorld>[1],
): Promise<TestWorld> => makeTestWorld(products, policies, Math.floor(Date.now() / 1000) * 1000);

/** Many requests of one address in little time. */
export const OFTEN = { burst: 1000, perMinute: 1000 };

/** On a free port, under the name `localhost`, as passkeys need a name. `own`: parts besides the world's, or instead of them. */
export function serveWorld(world: TestWorld, own: Partial<ServedParts> = {}): Promise<Listening> {
  const { publicUrl: _, ...parts } = world.parts("http://localhost");
  return startServer({ ...parts, limits: { auth: OFTEN }, ...own }, { port: 0 });
}
