import { defineConfig } from "vitest/config";
import { aliases } from "./vitest.config.js";

/** Tests against PostgreSQL; `npm test -- --only postgres` starts one and says in DPP_REAL_POSTGRES where it is. */
export default defineConfig({
  resolve: { alias: aliases },
  test: {
    include: ["offchain/**/*.postgres.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
