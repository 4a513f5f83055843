/** Talks to the server that the page came from. Its errors are RFC 9457 problems. */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { PassportAnswer } from "../src/passport/answer.js";

const PREFIX = "urn:cardano-dpp:problem:";

async function call(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: "omit", referrerPolicy: "no-referrer" });
  } catch (cause) {
    throw new DppError("server/unreachable", "this server cannot be reached", { cause });
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as {
    type?: unknown;
    detail?: unknown;
    details?: unknown;
  };
  const code =
    typeof problem.type === "string" && problem.type.startsWith(PREFIX)
      ? problem.type.slice(PREFIX.length)
      : "server/failed";
  const detail =
    typeof problem.detail === "string"
      ? problem.detail
      : `this server answers with status ${response.status}`;
  throw new DppError(code, detail, { details: (problem.details ?? {}) as Record<string, unknown> });
}

/** The passport of this page's address; with a token, what the role adds. @throws DppError the problem's code. */
export async function fetchAnswer(
  address: Pick<Location, "pathname" | "search">,
  token?: string,
): Promise<PassportAnswer> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const response = await call(address.pathname + address.search, { headers, cache: "no-cache" });
  const answer = (await response.json()) as PassportAnswer;
  if (answer?.schema !== "dpp/passport-answer/1")
    throw new DppError("server/format", "this server answers in another format");
  return answer;
}

export async function fetchContent(cid: string): Promise<Uint8Array> {
  return new Uint8Array(await (await call(`/content/${encodeURIComponent(cid)}`, {})).arrayBuffer());
}

export async function get<T>(path: string): Promise<T> {
  const response = await call(path, { headers: { accept: "application/json" }, cache: "no-store" });
  return (await response.json()) as T;
}

type Body = Readonly<Record<string, unknown>> | readonly unknown[];
const posted = (body: Body): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

export async function post<T>(path: string, body: Body): Promise<T> {
  return (await (await call(path, posted(body))).json()) as T;
}

/** A file. @throws DppError the problem's code, `server/format` beyond `most` bytes. */
export async function fetchBytes(path: string, body: Body, most: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await (await call(path, posted(body))).arrayBuffer());
  if (bytes.length > most) throw new DppError("server/format", "this server answers with too much");
  return bytes;
}
