#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const entry = new URL("../dist/serve.js", import.meta.url);
if (!existsSync(fileURLToPath(entry))) {
  console.error("dpp-resolver is not built yet: run `npm run build` first.");
  process.exit(2);
}
const { main } = await import(entry.href);
await main(process.argv.slice(2), process.env);
