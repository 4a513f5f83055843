import { test } from "vitest";
import { makeWorld } from "../src/testing/world.js";
import { tracedBlueprint } from "../src/testing/traced-blueprint.js";
test("w", async () => {
  const t = performance.now();
  const w = await makeWorld(tracedBlueprint());
  console.log(performance.now() - t);
  const t2 = performance.now(); w.fork(); console.log("fork", performance.now() - t2);
});
