/** The last net under everything that is printed or logged: secrets that are known by their text are taken out of it. */
import { MASK, Secret } from "./secret.js";

/** Shorter texts stand in ordinary words, and no secret worth the name is shorter. */
const MIN_LENGTH = 6;

/** Every secret's text in a value, however deep. */
export function secretsIn(value: unknown): readonly string[] {
  if (value instanceof Secret) return [value.reveal()];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(secretsIn);
}

export const scrub = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret.length >= MIN_LENGTH)
    .reduce((clean, secret) => clean.replaceAll(secret, MASK), text);
