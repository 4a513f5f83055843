/**
 * One error type for the whole system. `code` is stable ("area/name", kebab case): the command prints it, HTTP answers carry
 * it as RFC 9457 `type`, tests match on it. `message` is a sentence for a person and holds no secret.
 */
export class DppError extends Error {
  override readonly name = "DppError";
  readonly code: string;
  /** Facts about the refusal that are safe to show: names, paths, limits. Never keys, nonces or sealed data. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export const isDppError = (error: unknown, code?: string): error is DppError =>
  error instanceof DppError && (code === undefined || error.code === code);
