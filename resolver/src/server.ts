/** Listens. On the loopback unless told otherwise: TLS and the open network are a reverse proxy's work (docs/spec/http.md "Operation"). */
import type { AddressInfo } from "node:net";
import { buildApp, type ResolverParts } from "./app.js";
import type { App } from "./app-types.js";

export interface Listening {
  /** `http://host:port` that it answers at. */
  readonly url: string;
  readonly port: number;
  /** Finishes running requests, then stops. */
  close(): Promise<void>;
}

/**
 * `port` 0 takes a free one. `publicUrl` may be left out for the loopback: then it is `http://localhost:{port}`; `localhost` rather than
 * 127.0.0.1, because browsers give passkeys to names only.
 */
export async function startServer(
  parts: Omit<ResolverParts, "publicUrl"> & { readonly publicUrl?: string },
  { host = "127.0.0.1", port }: { readonly host?: string; readonly port: number },
): Promise<Listening> {
  const chosen = port === 0 && parts.publicUrl === undefined ? await freePort(host) : port;
  const app = await buildApp({ ...parts, publicUrl: parts.publicUrl ?? `http://localhost:${chosen}` });
  await app.listen({ host, port: chosen });
  const { port: bound } = app.server.address() as AddressInfo;
  return { url: `http://${host}:${bound}`, port: bound, close: () => closeWithin(app, GRACE) };
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
