import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const library = fileURLToPath(new URL("./offchain/", import.meta.url));

export default defineConfig({
  // Tests run on the sources; the published packages export dist/.
  resolve: {
    alias: [
      { find: /^@cardano-dpp\/offchain\/(cli\/.*)$/, replacement: `${library}$1.ts` },
      { find: /^@cardano-dpp\/offchain\/(.*)$/, replacement: `${library}src/$1.ts` },
    ],
  },
  test: {
    include: ["offchain/**/*.test.ts", "resolver/**/*.test.ts", "scripts/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
