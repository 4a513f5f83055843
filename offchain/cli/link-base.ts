/** Where printed links lead: `--base`, else the configured public URL, else the resolver that serves this home, else the address that it would have. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../src/adapters/durable-file.js";
import type { HomePaths } from "../src/adapters/home.js";
import { utf8 } from "../src/domain/bytes.js";
import { parseLinkBase } from "../src/domain/identifier-link.js";
import type { Home } from "./home.js";

const fileOf = ({ resolver }: HomePaths): string => join(resolver, "public-url");

/** @throws DppError `identifier/link-base`. */
export async function linkBase(
  { paths, configuration: { resolver } }: Pick<Home, "paths" | "configuration">,
  named: string | undefined,
): Promise<string> {
  const served = await readFile(fileOf(paths), "utf8").catch(() => undefined);
  return parseLinkBase(named ?? resolver.publicUrl ?? served ?? `http://localhost:${resolver.port}`);
}

export const rememberLinkBase = (paths: HomePaths, base: string): Promise<void> =>
  replaceFile(fileOf(paths), utf8(base));
