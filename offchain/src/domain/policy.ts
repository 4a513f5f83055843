/**
 * A policy: which elements a document may have, which group each belongs to, and who reads which group. Pure data, under a hash.
 * Spec: docs/spec/policy.md. `policy-file.ts` reads one from JSON, `policies/` holds the presets.
 */
import type { ScalarType } from "./element.js";
import type { Role } from "./role.js";

/**
 * `public`: in clear. `escrow`: sealed, and the resolver holds a key, so that it can serve a wallet that cannot decrypt.
 * `direct`: sealed, and the resolver holds none.
 */
export const ACCESS = ["public", "escrow", "direct"] as const;
export type Access = (typeof ACCESS)[number];

export interface PolicyGroup {
  readonly name: string;
  readonly access: Access;
  /** Roles whose live attestations read it. Empty for `public`; the issuer reads all of its groups anyway. */
  readonly roles: readonly Role[];
}

/** What a value has to look like. */
export type Shape =
  | {
      readonly type: ScalarType;
      readonly unit?: string;
      /** `string`: the only values. */
      readonly oneOf?: readonly string[];
      /** `decimal` and `integer`: bounds, as decimal text. */
      readonly min?: string;
      readonly max?: string;
    }
  | { readonly type: "list"; readonly items: Shape }
  | { readonly type: "object"; readonly fields: Readonly<Record<string, FieldShape>> };

export type FieldShape = Shape & { readonly optional?: true; readonly label?: string };

export const APPLICABILITY = ["mandatory", "conditional", "optional", "pending", "notToBeFilled"] as const;
export type Applicability = (typeof APPLICABILITY)[number];

export interface PolicyElement {
  readonly id: string;
  readonly group: string;
  readonly shape: Shape;
  /** English. */
  readonly label: string;
  /** Where the law asks for it, e.g. `(EU) 2023/1542 Annex XIII 1 (g)`. */
  readonly source: string | null;
  /** Number in a published list of data points. */
  readonly number: number | null;
  readonly lifecycle: "static" | "dynamic";
  /** By category; a category that is not named: optional. */
  readonly applicability: Readonly<Record<string, Applicability>>;
}

export interface Policy {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  /** Product categories and their English labels. */
  readonly categories: Readonly<Record<string, string>>;
  /** Whether a mandatory element without a value stops the issue of a passport. */
  readonly missingMandatory: "refuse" | "warn";
  readonly groups: readonly PolicyGroup[];
  readonly elements: readonly PolicyElement[];
}

/** What a document's header says of its policy. */
export interface PolicyReference {
  readonly name: string;
  readonly version: number;
  /** `policyHash`, 32 bytes hex. */
  readonly hash: string;
}

export const findGroup = (policy: Policy, name: string): PolicyGroup | null =>
  policy.groups.find((group) => group.name === name) ?? null;

export const findElement = (policy: Policy, id: string): PolicyElement | null =>
  policy.elements.find((element) => element.id === id) ?? null;

/** Names of the groups that a role reads, the public ones included. */
export const groupsOfRole = (policy: Policy, role: Role): readonly string[] =>
  policy.groups
    .filter(({ access, roles }) => access === "public" || roles.includes(role))
    .map(({ name }) => name);
