/** The demo's page at `/`: its passports, for who opens the server's address instead of scanning a code. A resolver proper has none: its readers come from a QR. */
import { toString as render } from "qrcode";
import type { App } from "../app-types.js";

export interface DemoPassport {
  readonly name: string;
  /** `/01/{gtin}/21/{serial}` */
  readonly product: string;
  readonly status: string;
  /** The link of the QR. */
  readonly link: string;
}

export function registerHomePage(app: App, passports: () => Promise<readonly DemoPassport[]>): void {
  app.get("/", { schema: { hide: true } }, async (_request, reply) => {
    const cards = await Promise.all((await passports()).map(card));
    return reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(page(cards));
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");

async function card({ name, product, status, link }: DemoPassport): Promise<string> {
  const svg = await render(link, { type: "svg", errorCorrectionLevel: "L", margin: 4, width: 180 });
  const code = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  return `<section class="card">
        <h2><a href="${escaped(link)}">${escaped(name)}</a></h2>
        <p>${escaped(product)} · ${escaped(status)}</p>
        <img src="${code}" alt="QR code of ${escaped(name)}" width="180" height="180" />
      </section>`;
}

const page = (cards: readonly string[]): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Demo: product passports</title>
    <link rel="stylesheet" href="/page/page.css" />
  </head>
  <body>
    <header class="bar"><p>Demo: product passports</p></header>
    <main>
      <h1>Passports on this machine</h1>
      <p>Open one, read what was checked, then connect a demo wallet to read as a repairer, a recycler or an authority.</p>
      ${cards.join("\n      ")}
    </main>
  </body>
</html>
`;
