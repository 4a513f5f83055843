/** The policies that ship with the library, and the one place that turns a file's `policy` into a policy. Spec: docs/spec/policy.md. */
import { DppError } from "../domain/errors.js";
import type { Policy } from "../domain/policy.js";
import { parsePolicy } from "../domain/policy-file.js";
import { EU_BATTERY } from "./eu-battery.js";
import { LADDER } from "./ladder.js";

/** By name. */
export const PRESETS: Readonly<Record<string, Policy>> = { "eu-battery": EU_BATTERY, ladder: LADDER };

export const findPreset = (name: string): Policy | null =>
  Object.hasOwn(PRESETS, name) ? (PRESETS[name] ?? null) : null;

/**
 * A preset by its name, or a policy given as JSON.
 * @throws DppError `policy/unknown`, `policy/malformed`, `policy/reserved-name` for a policy of one's own under a preset's name.
 */
export function resolvePolicy(source: string | Readonly<Record<string, unknown>>): Policy {
  if (typeof source !== "string") return ownName(parsePolicy(source));
  const preset = findPreset(source);
  if (preset === null)
    throw new DppError("policy/unknown", `no policy ${source}; there are ${Object.keys(PRESETS).join(", ")}`);
  return preset;
}

// The hash tells them apart anyway; the name should not mislead a person.
function ownName(policy: Policy): Policy {
  if (findPreset(policy.name) !== null)
    throw new DppError(
      "policy/reserved-name",
      `${policy.name} is a preset: name your own policy differently`,
    );
  return policy;
}
