/** Content negotiation (RFC 9110 §12.5.1) between the page and the JSON. */
import { DppError } from "@cardano-dpp/offchain/domain/errors";

const OFFERED = {
  html: ["text/html", "text/*"],
  json: ["application/json", "application/*", "*/*"],
} as const;

/**
 * `html` for who prefers it, as browsers do; else `json`, which is also for who names nothing.
 * @throws DppError `request/not-acceptable`.
 */
export function negotiate(accept: string | undefined): "html" | "json" {
  if (accept === undefined || accept === "" || accept === "*/*" || accept === "application/json")
    return "json";
  const ranges = new Map(accept.split(",", 32).map(parseRange));
  const quality = (types: readonly string[]): number => {
    const named = types.find((type) => ranges.has(type));
    return named === undefined ? 0 : (ranges.get(named) ?? 0);
  };
  const html = quality(OFFERED.html);
  const json = quality(OFFERED.json);
  if (html === 0 && json === 0) {
    throw new DppError("request/not-acceptable", "a passport is served as text/html or application/json");
  }
  return html > 0 && html >= json ? "html" : "json";
}

function parseRange(range: string): [type: string, quality: number] {
  const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  const quality = weight === undefined ? 1 : Number(weight);
  return [type, quality >= 0 && quality <= 1 ? quality : 0];
}
