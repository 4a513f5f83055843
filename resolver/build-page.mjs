// Bundles the page: one script, one style sheet, one document, all our own. Written to public/dist, served by src/routes/page.ts.
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "public", "dist");
const library = join(here, "..", "offchain", "src");

/** The library's sources, so that the page never runs a build older than the server's. */
const fromSource = {
  name: "offchain-source",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@cardano-dpp\/offchain\// }, ({ path }) => ({
      path: join(library, `${path.slice("@cardano-dpp/offchain/".length)}.ts`),
    })),
};

await mkdir(out, { recursive: true });
await build({
  entryPoints: ["page.ts", "own.ts", "events.ts", "weakest.ts"].map((name) => join(here, "page", name)),
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  platform: "browser",
  // A Node module in the bundle means that the library's portable part is not portable: fail instead of stubbing.
  plugins: [fromSource],
  legalComments: "none",
  logLevel: "warning",
});
await build({
  entryPoints: [join(here, "page", "page.css")],
  outfile: join(out, "page.css"),
  minify: true,
  logLevel: "warning",
});
for (const document of ["page.html", "own.html", "event.html", "weakest.html"])
  await copyFile(join(here, "page", document), join(out, document));
