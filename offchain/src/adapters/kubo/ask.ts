/**
 * One HTTP request, bounded in time and size. Redirects are not followed: they would make a gateway choose whom this machine asks.
 */
import { SourceFault } from "./fault.js";

export interface Request {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly accept?: string;
  readonly body?: FormData;
  /** A longer answer is a fault. */
  readonly maxBytes: number;
  /** ms, from connecting to the last byte. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Enough of an error's text to know it by. */
const MAX_ERROR_BYTES = 4096;

/** @throws SourceFault. */
export async function ask(request: Request): Promise<Answer> {
  const { timeoutMs, signal } = request;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await send(request, AbortSignal.any([late, signal]));
  } catch (error) {
    if (error instanceof SourceFault) throw error;
    if (signal.aborted) throw new SourceFault("timeout", "ended before it had answered", error);
    if (late.aborted) throw new SourceFault("timeout", `no answer within ${timeoutMs} ms`, error);
    throw faultOf(error);
  }
}

async function send(
  { method, url, accept, body: form, maxBytes }: Request,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: "manual",
    signal,
    ...(form === undefined ? {} : { body: form }),
    ...(accept === undefined ? {} : { headers: { accept } }),
  });
  const { status } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    throw new SourceFault("refused", `it redirects (HTTP ${status}), which is not followed`);
  }
  if (status !== 200) return { status, body: await start(response, MAX_ERROR_BYTES) };
  const body = await start(response, maxBytes + 1);
  if (body.length > maxBytes)
    throw new SourceFault("corrupt", `it sent more than the ${maxBytes} bytes that its answer may have`);
  return { status, body };
}

/** The first bytes of an answer; the rest is not read. */
async function start(response: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Ending the loop early ends the connection too.
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk.subarray(0, most - size));
    size += chunk.length;
    if (size >= most) break;
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** `fetch` throws a TypeError that says nothing; its cause has a code, or at least a text. */
function faultOf(error: unknown): SourceFault {
  const { code, message } = ((error as Error).cause ?? {}) as { code?: unknown; message?: unknown };
  const why = [code, message].find((text) => typeof text === "string" && text !== "");
  const shownWhy = why === undefined ? "" : ` (${shown(String(why))})`;
  return new SourceFault("unreachable", `the connection failed or broke off${shownWhy}`, error);
}

/** A server's text in a message: one line, not long, no control characters. */
export const shown = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]+/g, " ")
    .trim()
    .slice(0, 200);
