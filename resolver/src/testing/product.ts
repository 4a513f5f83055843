/** A product for tests: a small policy with one group of each kind, and the file of one item. */

import { parsePassportFile } from "@cardano-dpp/offchain/domain/document-input";
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import { parsePolicy } from "@cardano-dpp/offchain/domain/policy-file";
import type { ProductFile } from "@cardano-dpp/offchain/usecases/sealing";

const text = { type: "string" } as const;
const element = (id: string, group: string, label: string) => ({ id, group, shape: text, label });

export const TEST_POLICY: Policy = parsePolicy({
  name: "test-lattice",
  version: 1,
  title: "Test policy",
  categories: { device: "Device" },
  missingMandatory: "warn",
  groups: [
    { name: "public", access: "public", roles: [] },
    { name: "dismantling", access: "escrow", roles: ["REPAIRER", "RECYCLER", "AUTHORITY"] },
    { name: "reports", access: "escrow", roles: ["AUTHORITY"] },
    { name: "use", access: "direct", roles: ["REPAIRER"] },
  ],
  elements: [
    element("device.model", "public", "Model"),
    element("device.carbonClass", "public", "Carbon class"),
    element("device.screws", "dismantling", "Screws"),
    element("device.testReport", "reports", "Test report"),
    element("device.health", "use", "State of health"),
  ],
});

export const GTIN = "09506000134352";

export const productFile = (serial: string, model = "Example Model X"): ProductFile => ({
  policy: TEST_POLICY,
  file: parsePassportFile(
    JSON.stringify({
      policy: "test-lattice",
      identifier: { gtin: GTIN, serial },
      product: {
        name: `Example device ${serial}`,
        image: "ipfs://bafkreiexample",
        category: "device",
        language: "en",
      },
      elements: [
        { id: "device.model", value: model },
        { id: "device.carbonClass", value: "B" },
        { id: "device.screws", value: "Six of type T5" },
        { id: "device.testReport", value: "Passed with remarks" },
        { id: "device.health", value: "Ninety-one percent" },
      ],
    }),
  ),
});
