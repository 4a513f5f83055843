/**
 * Proposals that this home made and that are open: `<home>/proposals/<id>.json`, whole or absent. Their coins are not spent by anything else of this home
 * (`usecases/quorum/reserve.ts`).
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseProposal, printProposal } from "../codec/proposal.js";
import { utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { Proposal } from "../domain/proposal.js";
import { replaceFile } from "./durable-file.js";
import type { HomePaths } from "./home.js";
import { closeToOthers } from "./private-folder.js";

export interface OpenProposals {
  /** Durable when it resolves; the same proposal with more signatures replaces itself. */
  keep(proposal: Proposal): Promise<void>;
  /** By id. @throws DppError `home/proposal` naming a file that is damaged. */
  list(): Promise<readonly Proposal[]>;
  /** `null`: none of that id. */
  find(id: string): Promise<Proposal | null>;
  /** Without such a proposal nothing happens. */
  remove(id: string): Promise<void>;
}

const FILE = /^([0-9a-f]{64})\.json$/;
/** A proposal names who is to be accredited before the ledger does. */
const MODE = 0o600;

export const proposalsIn = ({ directory }: Pick<HomePaths, "directory">): OpenProposals =>
  proposalsOnDisk(join(directory, "proposals"));

export function proposalsOnDisk(directory: string): OpenProposals {
  const path = (id: string): string => join(directory, `${id}.json`);
  const find = async (id: string): Promise<Proposal | null> => {
    const bytes = FILE.test(`${id}.json`) ? await readFile(path(id)).catch(absent) : null;
    return bytes === null ? null : parsed(path(id), id, bytes);
  };
  return {
    find,
    async keep(proposal) {
      await closeToOthers(directory);
      await replaceFile(path(proposal.id), utf8(printProposal(proposal)), MODE);
    },
    async list() {
      const names = (await readdir(directory).catch(absent)) ?? [];
      const ids = names.flatMap((name) => FILE.exec(name)?.[1] ?? []).sort();
      // Another process may remove one between the listing and the reading.
      return (await Promise.all(ids.map(find))).filter((proposal) => proposal !== null);
    },
    remove: (id) => rm(path(id), { force: true }),
  };
}

function parsed(file: string, id: string, bytes: Uint8Array): Proposal {
  try {
    const proposal = parseProposal(bytes);
    if (proposal.id === id) return proposal;
  } catch (cause) {
    if (isDppError(cause)) throw damaged(file, cause);
    throw cause;
  }
  throw damaged(file);
}

const damaged = (file: string, cause?: unknown): DppError =>
  new DppError(
    "home/proposal",
    `${file} is damaged: restore it from a copy, or remove it if its proposal is not wanted any more`,
    { cause, details: { file } },
  );

const absent = (error: NodeJS.ErrnoException): null => {
  if (error.code === "ENOENT") return null;
  throw error;
};
