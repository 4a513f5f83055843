import { beforeAll, describe, expect, it } from "vitest";
import { DAY, makeQuorumWorld, proposed, signed, submitted } from "../../testing/quorum-world.js";
import type { ActorName, EmbeddedWorld } from "../../testing/world.js";
import { readAttestation } from "../resolve.js";
import { standingOf } from "./signatures.js";

let world: EmbeddedWorld;
let fresh: EmbeddedWorld;
beforeAll(async () => {
  fresh = await makeQuorumWorld();
});

const role = (name: ActorName): string => fresh.roles.get(name) ?? "";

describe("a proposal of two of three", () => {
  it.each<[ActorName, ActorName, ActorName]>([
    ["member1", "member2", "stranger"],
    ["member1", "member3", "member2"],
    ["member3", "member2", "member1"],
  ])("is completed by %s and %s over days, and submitted by anyone", async (a, b, proposer) => {
    world = fresh.fork();
    const attestation = role("maker");
    const validTo = world.clock.now() + 700 * DAY;
    const intent = { act: "renew", attestation, validFrom: world.clock.now() - DAY, validTo } as const;
    let proposal = await proposed(world, proposer, { intent });
    expect(proposal.variants).toHaveLength(3);
    world.clock.advance(3 * DAY);
    if (proposer !== a) proposal = await signed(world, proposal, a);
    world.clock.advance(4 * DAY);
    if (proposer !== b) proposal = await signed(world, proposal, b);
    expect(standingOf(proposal).complete).not.toBeNull();
    const { txHash, already } = await submitted(world, proposal);
    expect(already).toBe(false);
    expect(await submitted(world, proposal)).toEqual({ txHash, already: true });
    expect(await readAttestation(world, attestation)).toMatchObject({ status: "Active", validTo });
  });
});
