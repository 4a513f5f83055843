/**
 * Calls to a UTxO RPC server (gRPC, https://utxorpc.org), bounded in time and size. Reads are asked again when the server was out of reach; what
 * it answers in the end, or that it does not, comes out as a named error.
 */

import type { ServiceType } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { queryConnect, submitConnect, syncConnect } from "@utxorpc/spec";
import { DppError, isDppError } from "../../domain/errors.js";

/** The unary calls of a service. Written here because the specification's types come from the CommonJS build, the client's from the ESM one. */
type Calls<S extends { readonly methods: object }> = {
  readonly [K in keyof S["methods"]]: S["methods"][K] extends {
    readonly I: new (data?: infer Request) => unknown;
    readonly O: new (...data: never[]) => infer Answer;
  }
    ? (request: NonNullable<Request>) => Promise<Answer>
    : never;
};

const callsOf = <S extends { readonly methods: object }>(service: S, transport: Transport): Calls<S> =>
  createClient(service as unknown as ServiceType, transport) as unknown as Calls<S>;

export interface ClientOptions {
  /** e.g. `http://127.0.0.1:9090`. */
  readonly url: string;
  /** Sent with every call, e.g. a hosted service's key. Never logged. */
  readonly headers?: Readonly<Record<string, string>>;
  /** ms for one call. */
  readonly timeoutMs?: number;
}

export interface UtxoRpcClient {
  readonly query: Calls<typeof queryConnect.QueryService>;
  readonly submit: Calls<typeof submitConnect.SubmitService>;
  readonly sync: Calls<typeof syncConnect.SyncService>;
  /**
   * A read. Asked a second time at once when the connection broke, as one does that outlived the node's last run; whether to wait for a node that is gone
   * is the caller's business (`patience.ts`). `null` for what the node does not know. @throws DppError `ledger/unavailable`.
   */
  read<T>(call: () => Promise<T>): Promise<T | null>;
}

const TIMEOUT = 15_000;
/** A page of 100 outputs with the largest datums and scripts is well below. */
const MAX_ANSWER = 32 * 1024 * 1024;

const BROKEN: readonly Code[] = [Code.Unavailable, Code.Aborted];

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @throws DppError `ledger/bad-url`. */
export function connectUtxoRpc(options: ClientOptions): UtxoRpcClient {
  const { headers = {}, timeoutMs = TIMEOUT } = options;
  const url = serverUrl(options.url);
  const authorised: Interceptor = (next) => (request) => {
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
    return next(request);
  };
  const transport = createGrpcTransport({
    baseUrl: url,
    httpVersion: "2",
    defaultTimeoutMs: timeoutMs,
    readMaxBytes: MAX_ANSWER,
    interceptors: [authorised],
    // An idle connection closes, so that a command that is done can end.
    sessionManager: new Http2SessionManager(url, { idleConnectionTimeoutMs: 500 }),
  });
  return {
    query: callsOf(queryConnect.QueryService, transport),
    submit: callsOf(submitConnect.SubmitService, transport),
    sync: callsOf(syncConnect.SyncService, transport),
    async read(call) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await call();
        } catch (error) {
          if (isDppError(error)) throw error;
          const { code } = ConnectError.from(error);
          if (code === Code.NotFound) return null;
          if (attempt === 2 || !BROKEN.includes(code)) throw unavailable(error);
        }
      }
    },
  };
}

function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "") {
    throw new DppError("ledger/bad-url", "the node's address is no http or https URL");
  }
  return text.replace(/\/+$/, "");
}

const REASONS: Readonly<Partial<Record<Code, string>>> = {
  [Code.Unauthenticated]: "it asks for credentials (ledger.headers)",
  [Code.PermissionDenied]: "it refuses our credentials (ledger.headers)",
  [Code.ResourceExhausted]: "it has no capacity for us now",
  [Code.DeadlineExceeded]: "it did not answer in time",
  [Code.Unimplemented]: "it does not offer what was asked",
  [Code.Unavailable]: "nobody answers there",
  [Code.Aborted]: "the connection broke",
  [Code.Internal]: "what answers there does not speak UTxO RPC, or broke off",
  [Code.Unknown]: "what answers there does not speak UTxO RPC, or failed",
};

/** The server's own words may quote the request, so they stay in `cause`. */
export function unavailable(error: unknown): DppError {
  const { code } = ConnectError.from(error);
  return new DppError(
    "ledger/unavailable",
    `the node cannot be asked: ${REASONS[code] ?? "no answer"} (ledger.url)`,
    {
      cause: error,
      details: { reason: Code[code] },
    },
  );
}
