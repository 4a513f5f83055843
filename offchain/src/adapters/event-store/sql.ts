/**
 * What the event store needs of a database: a query with parameters, a transaction. PostgreSQL (postgres.ts) and PGlite (pglite.ts) are the two; both get the
 * same text. Nothing of it is newer than PostgreSQL 15.
 */
import { DppError, isDppError } from "../../domain/errors.js";

type Scalar = string | number | boolean | Uint8Array | null;
/** A list is an array parameter: `$1::bytea[]`. */
export type SqlValue = Scalar | readonly Scalar[];

/** Values as the driver reads them: rows.ts makes ours of them. */
export type Row = Readonly<Record<string, unknown>>;

export interface Query {
  query(text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
}

/** @throws DppError `event-store/unavailable`, `event-store/damaged`; other errors of the database as the driver throws them: they are faults of ours. */
export interface Sql extends Query {
  /** READ COMMITTED. Whole or absent; durable when it resolves. `work` may run again when another transaction got in its way, so it starts from nothing. */
  transaction<T>(work: (sql: Query) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** SQLSTATE of an error that the database itself answered; `undefined` for any other. */
export function sqlState(error: unknown): string | undefined {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)
    ? code
    : undefined;
}

/** Connection, resources, operator, system, authorisation, no such database: none is the statement's fault. */
const UNAVAILABLE = /^(?:08|53|57|58|28|3D)/;
const DAMAGED = /^XX/;

/** Serialisation failure and deadlock: the transaction is gone and may be tried again. */
export const mayRetry = (error: unknown): boolean => ["40001", "40P01"].includes(sqlState(error) ?? "");

/** @param place where the store is, without a password. */
export function asStoreError(error: unknown, place: string): unknown {
  if (isDppError(error)) return error;
  const state = sqlState(error);
  if (state !== undefined && DAMAGED.test(state)) {
    return new DppError("event-store/damaged", `${place} finds its data damaged (${state}): restore a copy`, {
      cause: error,
    });
  }
  if (state !== undefined && !UNAVAILABLE.test(state) && !mayRetry(error)) return error;
  const reason = state ?? (error as { code?: unknown } | null)?.code;
  const known = typeof reason === "string" ? ` (${reason})` : "";
  return new DppError("event-store/unavailable", `${place} does not do its work${known}: ${hintOf(state)}`, {
    cause: error,
  });
}

function hintOf(state: string | undefined): string {
  if (state?.startsWith("28")) return "see that user and password are right";
  if (state?.startsWith("3D")) return "create the database first";
  if (state?.startsWith("53")) return "make room on its disk, or allow more connections";
  return "see that it runs and that the way to it is not blocked";
}
