import { defineConfig } from "vitest/config";
import { aliases } from "./vitest.config.js";

/** Tests against an independent node and an IPFS daemon; `npm run test:real` starts these and says where they are. */
export default defineConfig({
  resolve: { alias: aliases },
  test: {
    include: [
      "offchain/**/*.real.test.ts",
      "resolver/**/*.real.test.ts",
      // Judged by the node when there is one.
      "offchain/cli/device-keys.test.ts",
      "offchain/cli/dpp.test.ts",
      "offchain/cli/event.test.ts",
      "offchain/cli/joint.test.ts",
      "offchain/cli/life.test.ts",
      "offchain/test/negative/*.test.ts",
      "offchain/test/ledger-rules.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // One node and one faucet serve them all.
    fileParallelism: false,
  },
});
