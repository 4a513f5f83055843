/** Where printed links lead: `--base`, else the resolver that serves this home, else the address that `npm start` would have. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../src/adapters/durable-file.js";
import type { HomePaths } from "../src/adapters/home.js";
import { utf8 } from "../src/domain/bytes.js";
import { parseLinkBase } from "../src/domain/identifier-link.js";

const fileOf = ({ resolver }: HomePaths): string => join(resolver, "public-url");

/** @throws DppError `identifier/link-base`. */
export async function linkBase(
  paths: HomePaths,
  named: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const served = await readFile(fileOf(paths), "utf8").catch(() => undefined);
  return parseLinkBase(named ?? env.PUBLIC_URL ?? served ?? `http://localhost:${env.PORT || "8080"}`);
}

export const rememberLinkBase = (paths: HomePaths, base: string): Promise<void> =>
  replaceFile(fileOf(paths), utf8(base));
