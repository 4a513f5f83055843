/** The address of a PostgreSQL database. It may hold a password, so all of it is a secret. */
import type { Kind } from "./kinds.js";
import { Secret } from "./secret.js";

const MAX_URL = 2048;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** Others change how the connection behaves, or name files: what is not known here is not passed on. */
const PARAMETERS = ["host", "user", "sslmode", "sslrootcert"];
/** Of those that there are, the two that mean the same to every client. */
const SSL_MODES = ["verify-full", "disable"];

const allowed =
  "postgres://user:password@host:port/database, with sslmode=verify-full or sslmode=disable for another machine, or postgres:///database?host=/directory/of/its/socket&user=name";

/** Another machine's address says whether the way there is encrypted: neither is taken for granted. */
export const postgresUrl: Kind<Secret> = {
  allowed,
  fromText: (text) => text.trim(),
  read(value, report) {
    const fits = typeof value === "string" && value.length <= MAX_URL && isAddress(value);
    if (fits) return new Secret(value);
    report(typeof value === "string" ? "not-allowed" : "wrong-type", `expected ${allowed}`);
    return undefined;
  },
};

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, searchParams, hash } = new URL(text);
  const names = [...searchParams.keys()];
  const once = new Set(names).size === names.length && names.every((name) => PARAMETERS.includes(name));
  const mode = searchParams.get("sslmode");
  const socket = searchParams.get("host");
  if (!["postgres:", "postgresql:"].includes(protocol) || !once || hash !== "") return false;
  if (!/^\/[^/\0]{1,63}$/.test(pathname) || (mode !== null && !SSL_MODES.includes(mode))) return false;
  if (socket !== null) return hostname === "" && socket.startsWith("/");
  return hostname !== "" && (LOOPBACK.test(hostname) || mode !== null);
}
