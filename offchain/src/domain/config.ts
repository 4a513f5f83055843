/** A deployment and its consortium. Spec: docs/spec/datum.md "Config". */
export interface Config {
  /** Key hashes (hex) of the consortium's members. */
  readonly members: readonly string[];
  readonly threshold: number;
  readonly freezeKeys: readonly string[];
  /** Script hashes (hex) by name: `anchor`, `passport`, `roles`. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly successor: string | null;
}

/** What names and locates a deployment. The config policy is its trust root. */
export interface Deployment {
  readonly network: "mainnet" | "preprod" | "preview" | "devnet" | "embedded";
  readonly configPolicy: string;
  readonly rolesPolicy: string;
  readonly passportPolicy: string;
  readonly anchorPolicy: string;
}
