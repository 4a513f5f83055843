import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { actor, testClock } from "../testing/actors.js";
import { clockContract, randomContract } from "../testing/clock-contract.js";
import { seededRandom } from "../testing/seeded-random.js";
import { signerContract } from "../testing/signer-contract.js";
import { openKeystore } from "./keystore.js";
import { systemClock, systemRandom } from "./system.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-signer-"));
});
afterAll(() => rm(directory, { recursive: true }));

clockContract("the system's", () => systemClock);
clockContract("the tests'", () => testClock());
randomContract("the system's", () => systemRandom);
randomContract("a seeded one", () => seededRandom(7));

signerContract("a key in memory", async () => actor("signer"));
let made = 0;
signerContract("a key of the keystore", async () => {
  const keys = openKeystore(directory, { network: "embedded", random: systemRandom });
  const name = `key-${made++}`;
  await keys.create(name);
  return (await keys.load(name)).signer;
});
signerContract("a locked key of the keystore", async () => {
  const options = {
    network: "embedded",
    random: systemRandom,
    passphrase: "correct horse",
    logN: 10,
  } as const;
  const name = `locked-${made++}`;
  await openKeystore(directory, options).create(name);
  return (await openKeystore(directory, options).load(name)).signer;
});
