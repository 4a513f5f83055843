/**
 * One server that speaks Blockfrost's API: sends requests through the official library, tries reads again when that may help, names what went
 * wrong, and checks the shape of every answer. Knows nothing of what the routes mean. Docs: docs/blockfrost.md.
 *
 * The project id goes into the library's request header and nowhere else: fields are `#private`, which neither JSON nor Node's inspect prints, errors
 * carry no `cause` of the library's, and texts of the server are searched for the id, since a server may echo what it was sent.
 */
import { type BlockFrostAPI, BlockfrostClientError, BlockfrostServerError } from "@blockfrost/blockfrost-js";
import { DppError } from "../../domain/errors.js";
import type { Clock, Random } from "../../ports/clock.js";
import type { Network } from "../../ports/ledger.js";
import { Misfit, type Reader } from "./answers.js";
import { connect } from "./connect.js";
import { errorOf, type Failure, isTransient } from "./failure.js";

export interface ServerOptions {
  readonly network: Network;
  readonly projectId?: string | undefined;
  readonly url?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly wait: (ms: number) => Promise<void>;
  /** ms for one request, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** Times that a read, or a submission, is tried. */
  readonly attempts: number;
}

export type Outcome =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly failure: Failure };

type Call = (api: BlockFrostAPI) => Promise<unknown>;

/** ms before the second try; doubles with each further one. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** A server that wants to be left alone for longer than this is told of instead of waited for. */
const MOST_PATIENCE = 60_000;
const MAX_TEXT = 4_000;

export class BlockfrostServer {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly attempts: number;
  readonly #api: BlockFrostAPI;
  readonly #options: ServerOptions;
  /** POSIX ms until which the server asked for silence: its limits count all requests together, so one answer stops them all. */
  #silentUntil = 0;

  /** @throws DppError `ledger/unauthorized`, `ledger/wrong-network`, `ledger/bad-url`. */
  constructor(options: ServerOptions) {
    this.#options = options;
    this.attempts = options.attempts;
    const { api, origin } = connect(options, (ms) => {
      this.#silentUntil = Math.max(this.#silentUntil, options.clock.now() + ms);
    });
    this.#api = api;
    this.origin = origin;
  }

  /** POSIX ms. */
  now(): number {
    return this.#options.clock.now();
  }

  wait(ms: number): Promise<void> {
    return this.#options.wait(ms);
  }

  /** One request, tried once. */
  async attempt(call: Call): Promise<Outcome> {
    try {
      return { ok: true, body: await call(this.#api) };
    } catch (error) {
      return { ok: false, failure: this.#failureOf(error) };
    }
  }

  /**
   * Asks until there is an answer, a refusal, or no more tries.
   * @param route as documented, for messages: `/txs/{hash}`.
   * @returns a failure only for 400 and 404, whose meaning depends on the route.
   * @throws DppError `ledger/unavailable`, `ledger/unauthorized`.
   */
  async ask(route: string, call: Call): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(call);
      if (outcome.ok || outcome.failure.status === 400 || outcome.failure.status === 404) return outcome;
      await this.beforeNext(route, attempt, outcome.failure);
    }
  }

  /** `null` for 404. @throws DppError `ledger/unavailable`, `ledger/unauthorized`. */
  async read<T>(route: string, call: Call, reader: Reader<T>): Promise<T | null> {
    const outcome = await this.ask(route, call);
    if (outcome.ok) return this.fit(route, outcome.body, reader);
    if (outcome.failure.status === 404) return null;
    throw this.error(route, outcome.failure);
  }

  /** For what every server must have. @throws DppError `ledger/unavailable`, `ledger/unauthorized`. */
  async require<T>(route: string, call: Call, reader: Reader<T>): Promise<T> {
    const answer = await this.read(route, call, reader);
    if (answer !== null) return answer;
    throw new DppError(
      "ledger/unavailable",
      `${this.origin} has no ${route}: this is no server of Blockfrost's API, or the path of its URL is wrong`,
      { details: { route, status: 404 } },
    );
  }

  /** @throws DppError `ledger/unavailable` naming the route and the place in the answer. */
  fit<T>(route: string, body: unknown, reader: Reader<T>): T {
    try {
      return reader(body, "answer");
    } catch (error) {
      if (error instanceof Misfit) throw this.undocumented(route, error.message);
      throw error;
    }
  }

  undocumented(route: string, why: string): DppError {
    return new DppError(
      "ledger/unavailable",
      `${this.origin}${route}: the server answered something else than documented: ${why}`,
      { details: { route, reason: "undocumented" } },
    );
  }

  error(route: string, failure: Failure): DppError {
    return errorOf(this.origin, route, failure, this.attempts);
  }

  /** Waits until the next try is due. @throws DppError when another try would not help or none is left. */
  async beforeNext(route: string, attempt: number, failure: Failure): Promise<void> {
    if (!isTransient(failure) || attempt >= this.attempts) throw this.error(route, failure);
    const silence = this.#silentUntil - this.now();
    if (silence > MOST_PATIENCE) throw this.error(route, { ...failure, retryAfter: silence });
    await this.wait(Math.max(silence, this.#jittered(attempt)));
  }

  /** Half of the wait is random, so that clients that failed together do not come back together. */
  #jittered(attempt: number): number {
    const wait = Math.min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT);
    const [high = 0, low = 0] = this.#options.random.bytes(2);
    return Math.round(wait / 2 + (wait / 2) * ((high * 256 + low) / 65_536));
  }

  #failureOf(error: unknown): Failure {
    if (error instanceof BlockfrostServerError) {
      const { status_code: status, body, message } = error;
      return {
        status,
        code: String(status),
        message: this.#clean(typeof body === "string" ? body : message),
      };
    }
    if (error instanceof BlockfrostClientError) {
      // The library's message may quote the address that was asked, and the answer; the code says enough.
      return { status: null, code: error.code, message: error.code };
    }
    throw error;
  }

  #clean(said: string): string {
    const { projectId } = this.#options;
    const safe = projectId === undefined ? said : said.replaceAll(projectId, "(project id)");
    return safe.slice(0, MAX_TEXT);
  }
}
