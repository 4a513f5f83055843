/**
 * The wallets in `window.cardano` (CIP-30 "Initial API"). Any extension may put anything there, so names are text of bounded length, icons are images
 * that load nothing, and an entry that throws is left out.
 */

export interface InstalledWallet {
  readonly id: string;
  /** Of bounded length, without control and direction characters; unlike every other name in the list. */
  readonly name: string;
  /** A `data:` image; null when the wallet offers none, or anything else. */
  readonly icon: string | null;
  /** What CIP-30's `enable` answers, whatever it is. */
  enable(): Promise<unknown>;
}

const MAX_WALLETS = 32;
const MAX_NAME = 40;
const MAX_ICON = 100_000;
/** An image in `img` runs no script and loads nothing; any other URI could ask a foreign host, or be a script. */
const ICON = /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i;

/** Wallets that stand there now; extensions may add themselves after the page has loaded. */
export function installedWallets(host: unknown = globalThis): readonly InstalledWallet[] {
  const found = entriesOf(tried(() => (host as { cardano?: unknown }).cardano)).flatMap(([id, entry]) => {
    const wallet = tried(() => walletOf(id, entry));
    return wallet ? [wallet] : [];
  });
  const listed = found.slice(0, MAX_WALLETS);
  const times = (name: string): number => listed.filter((wallet) => wallet.name === name).length;
  // Two extensions of one name: the one must not be taken for the other.
  return listed.map((wallet) =>
    times(wallet.name) > 1 ? { ...wallet, name: `${wallet.name} (${plainText(wallet.id)})` } : wallet,
  );
}

function entriesOf(offered: unknown): readonly (readonly [string, unknown])[] {
  if (typeof offered !== "object" || offered === null) return [];
  const ids = tried(() => Object.keys(offered)) ?? [];
  return ids.map((id) => [id, tried(() => (offered as Record<string, unknown>)[id])] as const);
}

function walletOf(id: string, entry: unknown): InstalledWallet | null {
  if (typeof entry !== "object" || entry === null) return null;
  const wallet = entry as { enable?: unknown; name?: unknown; icon?: unknown };
  if (typeof wallet.enable !== "function") return null;
  const { name, icon } = wallet;
  return {
    id,
    name: (typeof name === "string" && plainText(name)) || plainText(id) || "?",
    icon: typeof icon === "string" && icon.length <= MAX_ICON && ICON.test(icon) ? icon : null,
    enable: async () => (wallet.enable as () => unknown).call(entry),
  };
}

/** Foreign text as one line: no control, direction or unassigned characters, no heaps of combining marks, cut to a name's length. */
export function plainText(text: string, max = MAX_NAME): string {
  const line = text
    .slice(0, 16 * max)
    .replace(/\s+/gu, " ")
    .replace(/\p{C}/gu, "")
    .replace(/(\p{M}{2})\p{M}+/gu, "$1")
    .trim();
  const letters = Array.from(line);
  return letters.length > max ? `${letters.slice(0, max).join("")}…` : line;
}

function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
