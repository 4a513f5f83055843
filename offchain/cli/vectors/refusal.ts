/** What a vector says of bytes that are refused. */
import { isDppError } from "../../src/domain/errors.js";

export interface Refusal {
  readonly code: string;
  /** The field, where the refusal names one. */
  readonly path?: string;
}

/** @throws Error when `work` accepts. */
export function refusalOf(what: string, work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (!isDppError(error)) throw error;
    const { path } = error.details;
    return { code: error.code, ...(typeof path === "string" ? { path } : {}) };
  }
  throw new Error(`a vector of a refusal was accepted: ${what}`);
}
