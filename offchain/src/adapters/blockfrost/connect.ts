/**
 * The official library's client, set up so that there is one way of each thing: tries, back-off and time-outs are ours (`server.ts`), the limit of
 * requests per second is the library's, and its answers are bounded. Says why where the library's default would not do.
 */
import { BlockFrostAPI } from "@blockfrost/blockfrost-js";
import { DppError } from "../../domain/errors.js";
import type { Clock } from "../../ports/clock.js";
import type { Network } from "../../ports/ledger.js";
import { publicNetwork } from "../public-networks.js";

/** Where the apps look for the project id; named in messages. */
export const PROJECT_ID_VARIABLE = "DPP_BLOCKFROST_PROJECT_ID";

/** A page of a hundred outputs with the largest datums is half of this. */
export const MAX_BODY = 8 * 1024 * 1024;
/** The `code` of the library's error for a longer answer. */
export const TOO_LARGE = "ERR_BODY_TOO_LARGE";

export interface ConnectOptions {
  readonly network: Network;
  readonly projectId?: string | undefined;
  readonly url?: string | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * @param silence told how long (ms) the server wants no requests.
 * @throws DppError `ledger/unauthorized`, `ledger/wrong-network`, `ledger/bad-url`.
 */
export function connect(
  options: ConnectOptions,
  silence: (ms: number) => void,
): { readonly api: BlockFrostAPI; readonly origin: string } {
  const { network, projectId, timeoutMs } = options;
  const url = options.url === undefined ? null : checkUrl(options.url, projectId !== undefined);
  if (url === null) checkProject(network, projectId);
  const hosted = network === "devnet" || network === "embedded" ? "preview" : network;
  const api = new BlockFrostAPI({
    // With a URL the library takes only that; without `network` it would guess one from the project id, and print a warning.
    network: hosted,
    ...(projectId === undefined ? {} : { projectId }),
    customBackend: url === null ? `https://cardano-${hosted}.blockfrost.io/api/v0` : url.href,
    requestTimeout: timeoutMs,
    // The hosted service's documented limit: 500 at once, 10 more each second. One's own server has none.
    rateLimiter: url === null,
    // Else BLOCKFROST_DEBUG=true would print requests with their headers, and so the project id.
    debug: false,
    retrySettings: { limit: 0, methods: [], statusCodes: [], errorCodes: [], calculateDelay: () => 0 },
    // A redirect would carry the project id's header to whatever host it names.
    gotOptions: { followRedirect: false },
  });
  api.instance = watched(api.instance, options.clock, silence);
  return { api, origin: new URL(api.apiUrl).origin };
}

const badUrl = (why: string): DppError => new DppError("ledger/bad-url", `the Blockfrost URL ${why}`);

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function checkUrl(text: string, withProject: boolean): URL {
  const url = parseUrl(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw badUrl("is no http or https URL");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw badUrl("holds a user, password, query or fragment: a path such as /api/v0 is all it may have");
  if (withProject && url.protocol === "http:" && !LOOPBACK.test(url.hostname))
    throw badUrl("is http: the project id would cross the network readable by everyone; use https");
  return url;
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** The hosted service's project ids begin with the name of their network. */
function checkProject(network: Network, projectId: string | undefined): void {
  if (publicNetwork(network) === null)
    throw badUrl(`is missing: only the public networks have a hosted server, ${network} has none`);
  if (projectId === undefined) {
    throw new DppError(
      "ledger/unauthorized",
      `Blockfrost needs a project id for ${network}: put it in ${PROJECT_ID_VARIABLE}`,
    );
  }
  const other = ["mainnet", "preprod", "preview"].find((name) => projectId.startsWith(name));
  if (other !== undefined && other !== network) {
    throw new DppError(
      "ledger/wrong-network",
      `the project id in ${PROJECT_ID_VARIABLE} is for ${other}, not for ${network}`,
      { details: { network, project: other } },
    );
  }
}

type Client = BlockFrostAPI["instance"];

/** What the library's errors drop and what `got` does not bound: the status line's code, `Retry-After`, and the length of an answer. */
function watched(client: Client, clock: Clock, silence: (ms: number) => void): Client {
  return client.extend({
    handlers: [
      (options, next) => {
        const request = next(options);
        // The library never asks for a stream.
        if (!("cancel" in request)) return request;
        let tooLarge = false;
        void request.on("downloadProgress", ({ transferred }) => {
          if (transferred <= MAX_BODY) return;
          tooLarge = true;
          request.cancel();
        });
        return request.catch((error: unknown) => {
          if (tooLarge) throw Object.assign(new Error(TOO_LARGE), { code: TOO_LARGE });
          const { response } = error as { response?: FailedResponse };
          if (response !== undefined) {
            const wanted = silenceOf(response, clock);
            if (wanted !== null) silence(wanted);
            trueStatus(response);
          }
          throw error;
        }) as unknown as typeof request;
      },
    ],
  });
}

interface FailedResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** The library believes the `status_code` in an error's body: a 500 that says 404 would pass for "there is no such thing". */
function trueStatus({ body, statusCode }: FailedResponse): void {
  if (typeof body !== "object" || body === null) return;
  const said = body as Record<string, unknown>;
  said.status_code = statusCode;
  if (typeof said.message !== "string") said.message = JSON.stringify(said.message ?? null);
}

/** `Retry-After` of 429 and 503 in ms; RFC 9110 §10.2.3: seconds, or a date. */
function silenceOf({ statusCode, headers }: FailedResponse, clock: Clock): number | null {
  const said = headers["retry-after"];
  if ((statusCode !== 429 && statusCode !== 503) || typeof said !== "string") return null;
  const ms = /^\d{1,9}$/.test(said) ? Number(said) * 1000 : Date.parse(said) - clock.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
