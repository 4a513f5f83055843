import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { examineConfiguration, readConfiguration } from "./read.js";
import { secretsIn } from "./scrub.js";
import { showConfiguration } from "./show.js";

const PASSWORD = "correct-horse";
const faultsOf = (url: unknown) => examineConfiguration({ events: { kind: "postgres", url } }, {}).faults;

describe("the address of the event store's database", () => {
  it.each([
    `postgres://dpp:${PASSWORD}@127.0.0.1/dpp`,
    `postgresql://dpp:${PASSWORD}@localhost:5433/dpp`,
    `postgres://dpp:${PASSWORD}@db.example/dpp?sslmode=verify-full&sslrootcert=/etc/ca.pem`,
    `postgres://dpp:${PASSWORD}@postgres:5432/dpp?sslmode=disable`,
    "postgres:///dpp?host=/run/postgresql&user=dpp",
  ])("is taken: %s", (url) => {
    const { events } = readConfiguration({ events: { kind: "postgres", url } }, {}).configuration;
    expect(events.kind === "postgres" && events.url.reveal()).toBe(url);
    const fromEnvironment = readConfiguration(undefined, {
      DPP_EVENTS_KIND: "postgres",
      DPP_EVENTS_URL: url,
    });
    expect(fromEnvironment.configuration.events.kind).toBe("postgres");
  });

  it.each([
    [
      "of another machine that does not say whether it is encrypted",
      `postgres://dpp:${PASSWORD}@db.example/dpp`,
    ],
    [
      "with a mode that clients read differently",
      `postgres://dpp:${PASSWORD}@db.example/dpp?sslmode=require`,
    ],
    ["of no database", `postgres://dpp:${PASSWORD}@127.0.0.1/`],
    ["of another kind of server", `mysql://dpp:${PASSWORD}@127.0.0.1/dpp`],
    ["with a parameter that is not known", `postgres://dpp:${PASSWORD}@127.0.0.1/dpp?options=-c%20fsync=off`],
    [
      "with a parameter twice",
      `postgres://dpp:${PASSWORD}@127.0.0.1/dpp?sslmode=disable&sslmode=verify-full`,
    ],
    ["that leads elsewhere by a parameter", `postgres://dpp:${PASSWORD}@127.0.0.1/dpp?host=/tmp`],
    ["that is none", `${PASSWORD}@127.0.0.1`],
    ["that is no text", 7],
  ])("is refused, and not repeated: one %s", (_name, url) => {
    const faults = faultsOf(url);
    expect(faults.map(({ path }) => path)).toEqual(["config.json: events.url"]);
    expect(JSON.stringify(faults)).not.toContain(PASSWORD);
  });

  it("is required, and belongs to PostgreSQL alone", () => {
    expect(faultsOf(undefined)[0]?.code).toBe("missing");
    const misplaced = examineConfiguration(
      {},
      { DPP_EVENTS_URL: `postgres://dpp:${PASSWORD}@127.0.0.1/dpp` },
    );
    expect(misplaced.faults.map(({ code }) => code)).toEqual(["contradiction"]);
    expect(JSON.stringify(misplaced.faults)).not.toContain(PASSWORD);
  });

  it("is masked wherever a configuration is shown", () => {
    const url = `postgres://dpp:${PASSWORD}@127.0.0.1/dpp`;
    const read = readConfiguration({ events: { kind: "postgres", url } }, {});
    for (const shown of [
      JSON.stringify(showConfiguration(read)),
      JSON.stringify(read),
      inspect(read, { depth: 9 }),
    ]) {
      expect(shown).not.toContain(PASSWORD);
    }
    expect(secretsIn(read.configuration)).toEqual([url]);
  });
});
