/** What is wrong with a configuration, and where. */
import { DppError } from "../../domain/errors.js";
import type { FaultCode } from "./kinds.js";

export const FILE_NAME = "config.json";

/** One thing that is wrong: `path` is `config.json: ledger.url` or `environment DPP_LEDGER_URL`. */
export interface Fault {
  readonly path: string;
  readonly code: FaultCode;
  readonly message: string;
}

/** Where each value comes from, by its path: `config.json`, `environment NAME` or `default`. */
export type Sources = ReadonlyMap<string, string>;

export const inFile = (path: string): string => (path === "" ? FILE_NAME : `${FILE_NAME}: ${path}`);
export const inEnvironment = (name: string): string => `environment ${name}`;

/** Where a key's value stands, or would. */
export function placeOf(path: string, sources?: Sources): string {
  const source = sources?.get(path);
  return source?.startsWith("environment") ? source : inFile(path);
}

export const faulty = (faults: readonly Fault[]): DppError =>
  new DppError("home/configuration", "the configuration is not valid (docs/configuration.md)", {
    details: { faults },
  });
