/**
 * Reads per second over real sockets: the public JSON beside a bare Fastify route that sends the same bytes, and a read by role. The rounds alternate, so
 * that a slow moment of the machine hits both. The client writes prepared requests and counts bytes, to cost less than what it measures.
 */
import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import type { ReadsServer } from "./reads-server.js";

export interface ReadsResult {
  /** Body of the public answer. */
  readonly bytes: number;
  readonly connections: number;
  /** Per second. */
  readonly publicReads: number;
  readonly bareReads: number;
  /** publicReads / bareReads; the median of the rounds' ratios. */
  readonly ratio: number;
  readonly roleReads: number;
}

export interface ReadsOptions {
  readonly connections?: number;
  readonly rounds?: number;
  /** ms per measurement. */
  readonly duration?: number;
}

export async function benchReads(options: ReadsOptions = {}): Promise<ReadsResult> {
  const { connections = 16, rounds = 5, duration = 2000 } = options;
  const worker = new Worker(new URL("./reads-server.js", import.meta.url));
  try {
    const server = await new Promise<ReadsServer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    const request = (extra = ""): string =>
      `GET ${server.path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n${extra}\r\n`;
    const measure = (port: number, text: string): Promise<number> =>
      throughput(port, text, connections, duration);
    const pairs: { readonly own: number; readonly bare: number }[] = [];
    // The first round warms both up.
    for (let round = 0; round <= rounds; round++) {
      const bare = await measure(server.barePort, request());
      const own = await measure(server.resolverPort, request());
      if (round > 0) pairs.push({ own, bare });
    }
    const roleReads = await measure(
      server.resolverPort,
      request(`authorization: Bearer ${server.token}\r\n`),
    );
    return {
      bytes: server.bytes,
      connections,
      publicReads: Math.round(median(pairs.map(({ own }) => own))),
      bareReads: Math.round(median(pairs.map(({ bare }) => bare))),
      ratio: Math.round(100 * median(pairs.map(({ own, bare }) => own / bare))) / 100,
      roleReads: Math.round(roleReads),
    };
  } finally {
    await worker.terminate();
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Answers per second to one request, repeated on each connection as soon as its answer is whole. */
async function throughput(
  port: number,
  request: string,
  connections: number,
  duration: number,
): Promise<number> {
  const bytes = Buffer.from(request);
  const started = performance.now();
  const until = started + duration;
  const counts = await Promise.all(Array.from({ length: connections }, () => repeat(port, bytes, until)));
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - started) / 1000);
}

function repeat(port: number, request: Buffer, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    let answers = 0;
    let missing = 0;
    socket.on("error", reject);
    socket.on("connect", () => socket.write(request));
    socket.on("data", (chunk) => {
      if (missing === 0) {
        const head = chunk.indexOf("\r\n\r\n");
        const text = chunk.toString("latin1", 0, head);
        const [, length] = /content-length: (\d+)/i.exec(text) ?? [];
        if (head < 0 || length === undefined || !text.startsWith("HTTP/1.1 200")) {
          socket.destroy();
          reject(new Error(`unexpected answer: ${text.slice(0, 60)}`));
          return;
        }
        missing = head + 4 + Number(length);
      }
      missing -= chunk.length;
      if (missing > 0) return;
      answers++;
      if (performance.now() < until) socket.write(request);
      else {
        socket.destroy();
        resolve(answers);
      }
    });
  });
}
