/** What stands in `window.cardano` is anybody's: the list takes names as text, images as images, and survives the rest. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { installedWallets, plainText } from "./wallet-list.js";

const entry = (more: Record<string, unknown> = {}) => ({
  name: "A wallet",
  enable: async () => ({}),
  ...more,
});
const namesOf = (cardano: unknown): string[] => installedWallets({ cardano }).map(({ name }) => name);
const thrower = (field: string) =>
  Object.defineProperty(entry(), field, {
    get: () => {
      throw new Error("gotcha");
    },
  });

describe("the list of wallets", () => {
  it("offers each object that can be enabled, by its name, else by its place", () => {
    const cardano = {
      one: entry({ name: "One" }),
      two: entry({ name: undefined }),
      three: entry({ name: 3 }),
    };
    expect(namesOf(cardano)).toEqual(["One", "two", "three"]);
  });

  it("tells two wallets of one name apart", () => {
    expect(namesOf({ real: entry({ name: "Wallet" }), fake: entry({ name: "Wallet" }) })).toEqual([
      "Wallet (real)",
      "Wallet (fake)",
    ]);
    // What makes two names look alike is taken out before they are compared.
    expect(namesOf({ real: entry({ name: "Wallet" }), fake: entry({ name: "Wal\u200blet\u202e" }) })).toEqual(
      ["Wallet (real)", "Wallet (fake)"],
    );
  });

  it("leaves out what is no wallet, and what throws when it is looked at", () => {
    const cardano = {
      nothing: null,
      text: "wallet",
      empty: {},
      disabled: { enable: true },
      enableThrows: thrower("enable"),
      nameThrows: thrower("name"),
      good: entry(),
    };
    Object.defineProperty(cardano, "trap", {
      enumerable: true,
      get: () => {
        throw new Error("gotcha");
      },
    });
    expect(namesOf(cardano)).toEqual(["A wallet"]);
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("gotcha");
        },
      },
    );
    for (const none of [undefined, null, "cardano", 1, [], {}, proxy]) expect(namesOf(none)).toEqual([]);
    expect(installedWallets(undefined)).toEqual([]);
    expect(
      namesOf(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`w${at}`, entry()]))),
    ).toHaveLength(32);
  });

  it("shows images in the document itself, and asks no host for one", () => {
    const iconOf = (icon: unknown) => installedWallets({ cardano: { w: entry({ icon }) } })[0]?.icon;
    for (const image of ["data:image/png;base64,AA==", "data:image/svg+xml,%3Csvg/%3E"]) {
      expect(iconOf(image)).toBe(image);
    }
    for (const other of [
      "javascript:alert(1)",
      "https://tracker.example/pixel.png",
      "//tracker.example/x.png",
      "data:text/html,<script>alert(1)</script>",
      " data:image/png;base64,AA==",
      "data:image/x-icon;base64,AA==",
      `data:image/png;base64,${"A".repeat(100_001)}`,
      "",
      undefined,
      { toString: () => "data:image/png;base64,AA==" },
    ]) {
      expect(iconOf(other)).toBeNull();
    }
  });

  it("answers a wallet that throws at once as one that rejects", async () => {
    const [wallet] = installedWallets({
      cardano: {
        w: entry({
          enable: () => {
            throw new Error("at once");
          },
        }),
      },
    });
    await expect(wallet?.enable()).rejects.toThrow("at once");
  });
});

describe("a foreign text", () => {
  it("becomes one line of bounded length that turns nothing around it", () => {
    expect(plainText("  A\n\twallet \u0000")).toBe("A wallet");
    expect(plainText("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
    expect(plainText("a".repeat(1_000_000))).toBe(`${"a".repeat(40)}…`);
    expect(plainText(`e${"\u0301".repeat(500)}`)).toBe("e\u0301\u0301");
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const line = plainText(text);
        expect(Array.from(line).length).toBeLessThanOrEqual(41);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\n\r\u2028\u2029]/u);
      }),
    );
  });
});
