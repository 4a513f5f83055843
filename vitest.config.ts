import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = fileURLToPath(new URL("./offchain/src/", import.meta.url));

export default defineConfig({
  // Tests run on the sources; the published packages export dist/.
  resolve: { alias: [{ find: /^@cardano-dpp\/offchain\/(.*)$/, replacement: `${source}$1.ts` }] },
  test: {
    include: ["offchain/**/*.test.ts", "resolver/**/*.test.ts", "scripts/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
