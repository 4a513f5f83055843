/**
 * The ownership challenges that this home made: kept until they have expired, and marked when they were answered, so that each serves once. One file each,
 * `challenges/{nonce}` with the text, `challenges/{nonce}.answered` beside it.
 */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createFile } from "../src/adapters/durable-file.js";
import type { HomePaths } from "../src/adapters/home.js";
import { closeToOthers } from "../src/adapters/private-folder.js";
import { utf8 } from "../src/domain/bytes.js";
import { DppError } from "../src/domain/errors.js";
import type { Clock } from "../src/ports/clock.js";
import {
  formatOwnershipChallenge,
  type OwnershipChallenge,
  parseOwnershipChallenge,
} from "../src/usecases/ownership/challenge.js";

const folderOf = ({ directory }: HomePaths): string => join(directory, "challenges");
/** Beyond it a person has a program in a loop, and the folder would only grow. */
const MAX_OPEN = 1000;
const DAY = 86_400_000;
/** A challenge says whom this home asked about what. */
const OWNER_ONLY = 0o600;

/** @throws DppError `usage/challenges` when too many are open. */
export async function keepChallenge(
  paths: HomePaths,
  clock: Clock,
  challenge: OwnershipChallenge,
): Promise<void> {
  const folder = folderOf(paths);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await closeToOthers(folder);
  if ((await sweep(folder, clock)) >= MAX_OPEN) {
    throw new DppError("usage/challenges", `${MAX_OPEN} challenges are open: wait until some have expired`);
  }
  await createFile(join(folder, challenge.nonce), utf8(formatOwnershipChallenge(challenge)), OWNER_ONLY);
}

/**
 * That the challenge is word for word one of this home's, and was not answered.
 * @throws DppError `ownership/challenge-foreign`, `ownership/challenge-used`.
 */
export async function assertOpen(paths: HomePaths, challenge: OwnershipChallenge): Promise<void> {
  const kept = await textOf(join(folderOf(paths), challenge.nonce));
  if (kept !== formatOwnershipChallenge(challenge)) {
    throw new DppError(
      "ownership/challenge-foreign",
      "this home did not make this challenge, or it was changed since: a proof shows something only for a challenge of your own (dpp owner challenge)",
    );
  }
  if ((await textOf(answeredFile(paths, challenge))) !== null) throw used();
}

/** For exactly one answer. @throws DppError `ownership/challenge-used`. */
export async function markAnswered(paths: HomePaths, challenge: OwnershipChallenge): Promise<void> {
  if (!(await createFile(answeredFile(paths, challenge), utf8("answered\n"), OWNER_ONLY))) throw used();
}

const answeredFile = (paths: HomePaths, { nonce }: OwnershipChallenge): string =>
  join(folderOf(paths), `${nonce}.answered`);

const used = (): DppError =>
  new DppError(
    "ownership/challenge-used",
    "this challenge was answered before, and serves once: make a new one",
  );

const textOf = (path: string): Promise<string | null> =>
  readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });

/** Forgets what expired more than a day ago (until then a late answer is told so); answers how many are left. */
async function sweep(folder: string, clock: Clock): Promise<number> {
  const names = (await readdir(folder)).filter((name) => /^[A-Za-z0-9_-]+$/.test(name));
  let open = 0;
  for (const name of names) {
    const text = await textOf(join(folder, name));
    if (text !== null && expiresOf(text) + DAY > clock.now()) {
      open++;
      await closeToOthers(join(folder, name), join(folder, `${name}.answered`));
    } else for (const path of [name, `${name}.answered`]) await rm(join(folder, path), { force: true });
  }
  return open;
}

function expiresOf(text: string): number {
  try {
    return parseOwnershipChallenge(text).expires;
  } catch {
    return 0;
  }
}
