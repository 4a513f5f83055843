/**
 * Labels whose passports are amended by a proposal that several sign: `<home>/proposals/<id>.label.json`, whole or absent. The salt on a label opens the
 * passport from its printed numbers, so it stays on the issuer's machine, and goes into his product index once the act stands.
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { jsonShape } from "../codec/json-shape.js";
import { utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { parseJson } from "../domain/json.js";
import { replaceFile } from "./durable-file.js";
import type { HomePaths } from "./home.js";
import { closeToOthers } from "./private-folder.js";

export interface WaitingLabel {
  /** Passport id, hex. */
  readonly passport: string;
  readonly gtin: string;
  readonly serial: string;
  /** 16 bytes, hex. */
  readonly salt: string;
  /** Where its link leads. */
  readonly base: string;
}

export interface WaitingLabels {
  /** `id`: the proposal's. Durable when it resolves. */
  keep(id: string, label: WaitingLabel): Promise<void>;
  /** `null`: none waits for it here. @throws DppError `home/label` naming a file that is damaged. */
  find(id: string): Promise<WaitingLabel | null>;
  remove(id: string): Promise<void>;
}

const MODE = 0o600;
const MAX_BYTES = 4096;
const { object, hex, text } = jsonShape("home/label", "label");
const label = object({
  passport: hex(28),
  gtin: text(14, 14),
  serial: text(1, 80),
  salt: hex(16),
  base: text(1, 2048),
});

export function waitingLabelsIn({ directory }: Pick<HomePaths, "directory">): WaitingLabels {
  const path = (id: string): string => {
    if (!/^[0-9a-f]{64}$/.test(id)) throw new DppError("home/label", "a proposal's id has 64 hex digits");
    return join(directory, "proposals", `${id}.label.json`);
  };
  return {
    async keep(id, kept) {
      await closeToOthers(join(directory, "proposals"));
      await replaceFile(path(id), utf8(`${JSON.stringify(kept)}\n`), MODE);
    },
    async find(id) {
      const bytes = await readFile(path(id)).catch(absent);
      return bytes === null ? null : parsed(path(id), bytes);
    },
    remove: (id) => rm(path(id), { force: true }),
  };
}

function parsed(file: string, bytes: Uint8Array): WaitingLabel {
  try {
    return label(parseJson(bytes, "label", MAX_BYTES), "");
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw new DppError(
      "home/label",
      `${file} is damaged: restore it from a copy, or amend the passport again`,
      {
        cause,
        details: { file },
      },
    );
  }
}

const absent = (error: NodeJS.ErrnoException): null => {
  if (error.code === "ENOENT") return null;
  throw error;
};
