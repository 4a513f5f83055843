/** English texts of the ledger source and of the footer: every bundle has these, and not all others. */
export const TRUST_TEXTS = {
  heading: "Trust root and ledger source",
  intro: "Everything above rests on these. Compare the first with what the consortium publishes.",
  config: "Deployment (config policy)",
  passport: "Passport contract (policy)",
  roles: "Roles contract (policy)",
  network: "Network",
  source: "Ledger source",
  sourceSame: "this server",
  base: "Address of a Blockfrost-compatible source",
  baseHint: "e.g. https://cardano-mainnet.blockfrost.io/api/v0, or a node of your own",
  projectId: "Project id, if it needs one (stays in this page's memory)",
  expected: "Deployment that you expect (config policy, optional)",
  check: "Check again with this source",
  expectedDiffers: "This passport belongs to another deployment than the one you expect",
} as const;

export const FOOTER_TEXT = "This page loads nothing from others and keeps nothing after you close it.";
