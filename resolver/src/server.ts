/** Listens. On the loopback unless told otherwise: TLS and the open network are a reverse proxy's work (docs/spec/http.md "Operation"). */
import type { AddressInfo } from "node:net";
import { buildApp } from "./app.js";
import type { App } from "./app-types.js";
import type { ServedParts } from "./parts.js";

export interface Listening {
  /** `http://host:port` that it answers at. */
  readonly url: string;
  readonly port: number;
  /** Origin that readers see. */
  readonly publicUrl: string;
  /** Finishes running requests, then stops. */
  close(): Promise<void>;
}

/**
 * `port` 0 takes a free one. `publicUrl` may be left out for the loopback: then it is `http://localhost:{port}`; `localhost` rather than
 * 127.0.0.1, because browsers give passkeys to names only.
 */
export async function startServer(
  parts: ServedParts,
  { host = "127.0.0.1", port }: { readonly host?: string; readonly port: number },
): Promise<Listening> {
  const chosen = port === 0 && parts.publicUrl === undefined ? await freePort(host) : port;
  const publicUrl = parts.publicUrl ?? `http://localhost:${chosen}`;
  const app = await buildApp({ ...parts, publicUrl });
  await app.listen({ host, port: chosen });
  const { port: bound } = app.server.address() as AddressInfo;
  return { url: `http://${host}:${bound}`, port: bound, publicUrl, close: () => closeWithin(app, GRACE) };
}

/** Ctrl-C and the supervisor's request to end: answers what is running, then leaves. */
export function stopOnSignal(server: Listening): void {
  const stop = (): void => {
    void server.close().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

/** ms that running requests have to finish. */
const GRACE = 2000;

/** Browsers open connections ahead of requests that may never come; such a one would hold up the end until its header time-out. */
async function closeWithin(app: App, grace: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), grace);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

/** Challenges name the host and port, so the port must be known before the app is built. */
async function freePort(host: string): Promise<number> {
  const { createServer } = await import("node:net");
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
