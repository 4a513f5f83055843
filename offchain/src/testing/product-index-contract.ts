/** What every `ProductIndex` must do. */
import { describe, expect, it } from "vitest";
import type { ProductIndex } from "../ports/product-index.js";

const GTIN = "09506000134352";
const ENTRY = { id: "ab".repeat(28), salt: "cd".repeat(16) };

export function productIndexContract(name: string, make: () => Promise<ProductIndex>): void {
  describe(`${name} as a product index`, () => {
    it.each(["EV-1", "...", "a/b", "a%2Fb", '*?:"<>', "x".repeat(20)])(
      "finds serial %j again, and no other",
      async (serial) => {
        const index = await make();
        await index.put(GTIN, serial, ENTRY);
        expect(await index.find(GTIN, serial)).toEqual(ENTRY);
        expect(await index.find(GTIN, `${serial}x`)).toBeNull();
        expect(await index.list()).toEqual([{ gtin: GTIN, serial, ...ENTRY }]);
      },
    );

    it("tells upper from lower case in serials", async () => {
      const index = await make();
      await index.put(GTIN, "a", ENTRY);
      expect(await index.find(GTIN, "A")).toBeNull();
    });

    it("replaces what stood there", async () => {
      const index = await make();
      await index.put(GTIN, "1", ENTRY);
      await index.put(GTIN, "1", { ...ENTRY, salt: "00".repeat(16) });
      expect((await index.find(GTIN, "1"))?.salt).toBe("00".repeat(16));
      expect(await index.list()).toHaveLength(1);
    });

    it("lets one issuer after the other work, also when one fails", async () => {
      const index = await make();
      const steps: string[] = [];
      const work = (name: string) => async () => {
        steps.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(`${name} ends`);
        if (name === "a") throw new Error("a fails");
      };
      const results = await Promise.allSettled([index.exclusive(work("a")), index.exclusive(work("b"))]);
      expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
      expect([0, 2].every((at) => steps[at]?.slice(0, 1) === steps[at + 1]?.slice(0, 1))).toBe(true);
    });

    it("answers null and an empty list where nothing was issued", async () => {
      const index = await make();
      expect(await index.find(GTIN, "1")).toBeNull();
      expect(await index.list()).toEqual([]);
    });
  });
}
