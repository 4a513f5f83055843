import { describe, expect, it } from "vitest";
import { negotiate } from "./negotiate.js";

describe("content negotiation", () => {
  it.each([
    [undefined, "json"],
    ["", "json"],
    ["*/*", "json"],
    ["application/json", "json"],
    ["text/html", "html"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "html"],
    ["application/json;q=0.9, text/html;q=0.5", "json"],
    ["application/json, text/html", "html"],
    ["text/*", "html"],
    ["text/html;q=0, application/json", "json"],
    ["TEXT/HTML", "html"],
  ])("answers %s with %s", (accept, expected) => {
    expect(negotiate(accept)).toBe(expected);
  });

  it.each(["image/png", "text/html;q=0", "application/json;q=nonsense", ","])(
    "does not serve %s",
    (accept) => {
      expect(() => negotiate(accept)).toThrow(expect.objectContaining({ code: "request/not-acceptable" }));
    },
  );
});
