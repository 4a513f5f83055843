/** English texts of the page of weakest links. Tiers: `domain/tier-words.ts`. */
const times = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export const WEAKEST_TEXTS = {
  title: "The weakest link",
  heading: "How far can the weakest entry be trusted?",
  intro:
    "Goods pass through many hands, and a list of entries is worth no more than its weakest one. Name the entries, or open a proof that somebody gave you.",
  ranges: "Entries, one range a line",
  rangesHint:
    "Name of a thread, colon, first number, hyphen, and one after the last number, such as 4450505f…:0-12. Or a list of {thread, lo, hi} as JSON. At most 64 ranges.",
  show: "Show the weakest link",
  file: "Or check a proof file (.dppw)",
  fileHint: "It is read in your browser and sent nowhere. You can also drop it anywhere on this page.",
  root: "Trust root and ledger source",
  rootFile: "Trust root file from a party that you trust (optional)",
  rootHint: "Without one, this server's is used: compare its fingerprint with what the consortium publishes.",
  outputs: "Thread outputs that you trust, one a line (optional)",
  outputsHint:
    "As transaction#position, from a ledger that you trust. With them and a trust root file, a proof is checked without any network.",
  useFiles: "Check again with these",
  asking: "Asking this server, and checking its answer …",
  checking: "Checking the file …",
  fault: "It cannot be shown now",
  empty: "Name at least one range, such as 4450505f…:0-12.",
  tooLong: "This is more than 64 KiB of text.",
  fileTooLarge: "The file is larger than any proof (16 MiB).",
  verdict: {
    passed: (tier: string) => [
      `Weakest: ${tier}`,
      "Checked in your browser: the ledger holds these entries.",
    ],
    warning: (tier: string) => [
      `Weakest: ${tier}`,
      "The ledger holds these entries. That it holds the amendments, or their order, is not shown.",
    ],
    unknown: (tier: string) => [
      "Not shown that a ledger holds this",
      `The proof is sound in itself: if the ledger holds what it says, the weakest is “${tier}”.`,
    ],
    failed: () => ["Do not rely on this proof", "What it says is not shown. See what was checked below."],
  } as Readonly<Record<string, (tier: string) => readonly [string, string]>>,
  noEvents: "no entry at all",
  told: (tier: string) => [
    `Weakest: ${tier}, by this server's word alone`,
    "It gave no proof for these ranges, so nothing was checked.",
  ],
  amendedFrom: (tier: string) =>
    `As the ledger wrote it: ${tier}. Several parties together changed what some entries count for since.`,
  countsLike: (long: string) => `What it counts like: ${long}`,
  oneCompany: "Not independent: one company signed in several roles.",
  where: "Where the weakest stands",
  more: (count: number) => `and ${times(count, "more place")}`,
  one: (counter: number) => `entry ${counter}`,
  many: (lo: number, last: number) => `entries ${lo} to ${last}`,
  of: (thread: string) => `of ${thread}`,
  thread: (role: string | null) => (role === null ? "thread" : `a ${role}'s thread`),
  joint: "a thread of several parties",
  summary: (events: number, late: number, lost: number) =>
    `${times(events, "entry", "entries")}; ${late} late; ${times(lost, "number")} given up for good.`,
  late: "Late: written after entries that happened later, or later than the source may hold entries back.",
  table: {
    caption: "Range by range",
    range: "Range",
    events: "Entries",
    late: "Late",
    lost: "Given up",
    ledger: "Weakest, as written",
    counts: "Weakest, as it counts",
  },
  none: "no entry",
  amended: "Entries whose trust was changed later",
  amendedOne: (counter: number, from: string, to: string) => `Entry ${counter}: from “${from}” to “${to}”`,
  amendedBy: (who: string) => `, by ${who}`,
  amendedPage: "The entry's page",
  unapplied: (says: string) => `By this server's word, not in the proof: ${says}`,
  download: "Download the proof",
  downloadHint: "A file that proves this without this server: dpp verify, or this page.",
  link: "Link to this question",
  checked: "What was checked",
  open: "What no proof can say",
  openList: [
    "Whether an amendment was left out that lowers an entry, or undoes one that raised it.",
    "What came after the moment that the proof leads to.",
    "Whether the entries are true: it shows who vouches for them.",
  ],
  leftOut: "This server counts amendments that its proof does not show: it tells another weakest link.",
  checks: {
    root: "trust root",
    form: "file",
    deployment: "deployment",
    cover: "no holes",
    history: "history",
    state: "ledger",
    amendments: "amendments",
    answer: "answer",
  } as Readonly<Record<string, string>>,
  sameParty:
    "This server answered for the ledger, too. Choose another ledger source below, or give a trust root and outputs of your own, to be independent of it.",
  rootOwn: (fingerprint: string) =>
    `the trust root is the one from your file; its fingerprint is ${fingerprint}`,
  rootServer: (fingerprint: string) =>
    `the trust root is this server's, and the ledger source names the same contracts; compare its fingerprint with what the consortium publishes: ${fingerprint}`,
  rootUnasked: (fingerprint: string) =>
    `the trust root is this server's, and no ledger source was asked about it; its fingerprint is ${fingerprint}`,
  rootDiffers: "the trust root of this server is not what the ledger source says of the deployment",
  rootNone: "there is no trust root: this server gave none; give a file of your own below",
  stateAsked: (source: string) => `the ledger has, or had, these outputs of the threads, as ${source} says`,
  stateOpen: (lacking: string) => `the ledger source does not know what the proof leads to: ${lacking}`,
  words: { passed: "Checked", failed: "FAILED", warning: "Note", unknown: "Not checked" },
  marks: { passed: "✓", failed: "✗", warning: "!", unknown: "?" },
} as const;
