import { describe, expect, it } from "vitest";
import { nextSteps } from "./next-steps.js";

const commands = (home: string): readonly string[] =>
  nextSteps(home)
    .split("\n")
    .filter((line) => line.includes("npx dpp"));

describe("the commands that the demo prints", () => {
  it("find a home that is not the default one, in a terminal where DPP_HOME is not set", () => {
    expect(commands(".dpp").length).toBeGreaterThan(5);
    expect(commands(".dpp").filter((line) => line.includes("--home"))).toEqual([]);
    for (const line of commands("/srv/demo")) expect(line).toMatch(/^ {2}npx dpp --home \/srv\/demo [a-z-]+/);
  });

  it("name a home with blanks and quotes as one word of the shell", () => {
    expect(commands("my $HOME's")[0]).toContain("npx dpp --home 'my $HOME'\\''s' passport list");
  });
});
