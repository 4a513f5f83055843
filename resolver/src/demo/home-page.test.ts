import Fastify from "fastify";
import { expect, it } from "vitest";
import type { App } from "../app-types.js";
import { registerHomePage } from "./home-page.js";

it("lists the passports with their links and codes, and no markup of theirs", async () => {
  const app = Fastify() as unknown as App;
  const link = "http://localhost:8080/01/09506000134352/21/1?p=a&s=b";
  registerHomePage(app, async () => [
    { name: "<script>1</script>", product: "/01/09506000134352/21/1", status: "Active", link },
  ]);
  const { body, headers } = await app.inject("/");
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(body).toContain("p=a&amp;s=b");
  expect(body).toContain("data:image/svg+xml;base64,");
  expect(body).not.toContain("<script");
});
