import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const library = fileURLToPath(new URL("./offchain/", import.meta.url));

/** Tests run on the sources; the published packages export dist/. */
export const aliases = [
  { find: /^@cardano-dpp\/offchain\/(cli\/.*)$/, replacement: `${library}$1.ts` },
  { find: /^@cardano-dpp\/offchain\/(.*)$/, replacement: `${library}src/$1.ts` },
];

export default defineConfig({
  resolve: { alias: aliases },
  test: {
    include: ["offchain/**/*.test.ts", "resolver/**/*.test.ts", "scripts/**/*.test.ts"],
    // Those need daemons, which `npm run test:real` brings (vitest.real.config.ts), or PostgreSQL (vitest.postgres.config.ts).
    exclude: ["**/node_modules/**", "**/dist/**", "**/*.real.test.ts", "**/*.postgres.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
