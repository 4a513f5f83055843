/** What single keys cannot say: values that contradict each other. Told where the value stands that has to change. */
import { type Fault, placeOf, type Sources } from "./faults.js";
import type { Configuration, LedgerSettings } from "./table.js";

type Blockfrost = Extract<LedgerSettings, { kind: "blockfrost" }>;

const PUBLIC_MAGIC = { mainnet: 764_824_073, preprod: 1, preview: 2, devnet: undefined } as const;

/** Blockfrost's project ids begin with the network that they are for. */
const PREFIX = /^(mainnet|preprod|preview)/;

export function contradictions({ ledger }: Configuration, sources: Sources): readonly Fault[] {
  const at = (path: string): string => placeOf(path, sources);
  if (ledger.kind === "embedded") return [];
  return [
    ...magicFaults(ledger, at),
    ...clearTextFaults(ledger, at),
    ...(ledger.kind === "blockfrost" ? blockfrostFaults(ledger, at) : []),
  ];
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** A secret does not cross a network readable by everyone. */
function clearTextFaults(
  ledger: Exclude<LedgerSettings, { kind: "embedded" }>,
  at: (path: string) => string,
): Fault[] {
  const { protocol, hostname } = new URL(ledger.url ?? "https://hosted.example");
  const secrets =
    ledger.kind === "utxorpc"
      ? Object.keys(ledger.headers ?? {}).length > 0
      : (ledger.projectId ?? ledger.projectIdFile) !== undefined;
  if (protocol === "https:" || LOOPBACK.test(hostname) || !secrets) return [];
  const message = "expected https: with http the secret that goes with it would be readable on the way";
  return [{ path: at("ledger.url"), code: "exposed-secret", message }];
}

function magicFaults(
  { network, networkMagic }: Exclude<LedgerSettings, { kind: "embedded" }>,
  at: (path: string) => string,
): Fault[] {
  const own = PUBLIC_MAGIC[network];
  const fits =
    networkMagic === undefined ||
    (own === undefined ? !Object.values<unknown>(PUBLIC_MAGIC).includes(networkMagic) : networkMagic === own);
  if (fits) return [];
  const message =
    own === undefined
      ? 'this magic is a public network\'s, and ledger.network is "devnet"'
      : `expected ${own}, the magic of ${network}, or nothing`;
  return [{ path: at("ledger.networkMagic"), code: "contradiction", message }];
}

function blockfrostFaults(
  { network, url, projectId, projectIdFile }: Blockfrost,
  at: (path: string) => string,
): Fault[] {
  const faults: Fault[] = [];
  if (network === "devnet" && url === undefined) {
    const message = "expected the address of the devnet's own server: Blockfrost serves public networks only";
    faults.push({ path: at("ledger.url"), code: "missing", message });
  }
  if (projectId !== undefined && projectIdFile !== undefined) {
    const message = "expected ledger.projectId or ledger.projectIdFile, not both";
    faults.push({ path: at("ledger.projectIdFile"), code: "contradiction", message });
  }
  if (projectId === undefined && projectIdFile === undefined && url === undefined && network !== "devnet") {
    const message =
      "expected a project id for Blockfrost's own server (ledger.projectIdFile reads it from a file)";
    faults.push({ path: at("ledger.projectId"), code: "missing", message });
  }
  return [
    ...faults,
    ...(projectId === undefined || url !== undefined
      ? []
      : prefixFaults(projectId.reveal(), network, at("ledger.projectId"))),
  ];
}

/** @param path where the project id stands. */
export function prefixFaults(projectId: string, network: string, path: string): Fault[] {
  const [named] = PREFIX.exec(projectId) ?? [];
  if (named === undefined || named === network) return [];
  const message = `this project id is for ${named}, and ledger.network is "${network}"`;
  return [{ path, code: "contradiction", message }];
}
