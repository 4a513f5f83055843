/** What a person can act on when the resolver cannot start, without a stack trace: the command's own words. */
import { makeOutput } from "@cardano-dpp/offchain/cli/output";

/** Ends with a line break. */
export function explain(error: unknown): string {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `the port is taken: choose another with PORT=… (${message})\n`;
  let text = "";
  const write = (part: string): void => {
    text += part;
  };
  makeOutput(false, { out: write, err: write }).failure(error);
  return text;
}
