/** What an address may say where it has to say one of a few words. */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { FastifySchemaValidationError } from "fastify/types/schema.js";

/** For a route's `schemaErrorFormatter`: `request/invalid`, with the words that would have been taken. */
export function refusedInput(errors: readonly FastifySchemaValidationError[]): DppError {
  const [{ instancePath = "", message = "is not valid" } = {}] = errors;
  const words = errors
    .filter((error) => error.instancePath === instancePath && error.keyword === "const")
    .map(({ params }) => String(params.allowedValue));
  if (words.length === 0)
    return new DppError("request/invalid", `${instancePath || "the request"} ${message}`);
  const name = instancePath.slice(1);
  const says = words.length === 1 ? `${words[0]}, or is left out` : `one of ${words.join(", ")}`;
  return new DppError("request/invalid", `${name} is ${says}`);
}
