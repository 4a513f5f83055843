// Generated from plutus.json by `npm run blueprint`; do not edit.

/** Bytes, as lower-case hex. */
export type Hex = string;

/** dpp/thread/AnchorMint */
export type AnchorMint = { readonly first: number };

/** dpp/thread/AnchorSpend */
export type AnchorSpend = { readonly is: "Append"; readonly lo: number; readonly hi: number; readonly root: Hex; readonly cmin: number; readonly cmax: number; readonly late: "False" | "True"; readonly signature: Hex; readonly peaks: readonly Hex[] } | { readonly is: "Gap"; readonly lo: number; readonly hi: number; readonly reason: number; readonly peaks: readonly Hex[] } | { readonly is: "Close" };

/** dpp/signature/Assertion */
export type Assertion = { readonly authenticatorData: Hex; readonly clientData: Hex };

/** dpp/attestation/Attest */
export type Attest = { readonly role: Role; readonly kind: Kind; readonly holder: Hex; readonly alg: number; readonly pk: Hex; readonly encPk: Hex; readonly operator: Hex; readonly place: Hex; readonly status: Standing; readonly validFrom: number; readonly validTo: number; readonly maxDelay: number; readonly keyring: Hex; readonly keyEpoch: number };

/** dpp/config/Config */
export type Config = { readonly members: readonly Hex[]; readonly threshold: number; readonly freezeKeys: readonly Hex[]; readonly scripts: ReadonlyMap<Hex, Hex>; readonly successor: Hex | null };

/** dpp/config/ConfigMint */
export type ConfigMint = "Found";

/** dpp/config/ConfigSpend */
export type ConfigSpend = "Reclaim" | "Rotate";

/** dpp/joint/JointMint */
export type JointMint = { readonly seed: { readonly transactionId: Hex; readonly outputIndex: number }; readonly first: number; readonly opener: Hex };

/** dpp/joint/JointSpend */
export type JointSpend = { readonly lo: number; readonly hi: number; readonly root: Hex; readonly cmin: number; readonly cmax: number; readonly late: "False" | "True"; readonly parties: readonly Party[]; readonly peaks: readonly Hex[] };

/** dpp/attestation/Kind */
export type Kind = "IndividualSource" | "DeviceSource" | "GatewaySource";

/** dpp/joint/Party */
export type Party = { readonly name: Hex; readonly signature: Hex };

/** dpp/passport/Passport */
export type Passport = { readonly schema: number; readonly revision: number; readonly status: PassportStatus; readonly issuer: Hex; readonly dataRoot: Hex; readonly content: Hex; readonly actionHead: Hex; readonly idCommit: Hex; readonly idMethod: number; readonly batch: Hex | null; readonly predecessor: Hex | null };

/** dpp/passport/PassportMint */
export type PassportMint = { readonly is: "Issue"; readonly seed: { readonly transactionId: Hex; readonly outputIndex: number }; readonly indices: readonly number[]; readonly first: number } | { readonly is: "Burn" } | { readonly is: "IssueSuccessor"; readonly seed: { readonly transactionId: Hex; readonly outputIndex: number }; readonly index: number; readonly first: number; readonly predecessor: Hex };

/** dpp/passport/PassportSpend */
export type PassportSpend = { readonly is: "Update" } | { readonly is: "Revoke"; readonly authority: Hex; readonly reason: number } | { readonly is: "Transfer"; readonly to: { readonly payment: { readonly is: "VerificationKey"; readonly _0: Hex } | { readonly is: "Script"; readonly _0: Hex }; readonly stake: { readonly is: "Inline"; readonly _0: { readonly is: "VerificationKey"; readonly _0: Hex } | { readonly is: "Script"; readonly _0: Hex } } | { readonly is: "Pointer"; readonly slot: number; readonly transactionIndex: number; readonly certificateIndex: number } | null }; readonly record: Hex } | { readonly is: "Log"; readonly actor: Hex | null; readonly record: Hex } | { readonly is: "Amend"; readonly authority: Hex } | { readonly is: "Retire"; readonly recycler: Hex; readonly authority: Hex | null } | { readonly is: "Succeed"; readonly actor: Hex; readonly successor: Hex } | { readonly is: "Reassign"; readonly authority: Hex } | { readonly is: "Erase"; readonly authority: Hex };

/** dpp/passport/PassportStatus */
export type PassportStatus = "Active" | "Revoked" | "Retired" | "Repurposed";

/** dpp/signature/Proof */
export type Proof = { readonly table: number; readonly r: number; readonly w: number; readonly assertion: Assertion | null };

/** dpp/signature/Proofs */
export type Proofs = { readonly statements: readonly Hex[]; readonly base: number; readonly proofs: readonly Proof[] };

/** dpp/attestation/Role */
export type Role = "Manufacturer" | "Intermediary" | "Recycler" | "Repairer" | "Authority" | "Supervisor" | "Station" | "Gateway" | "Lab";

/** dpp/attestation/RolesMint */
export type RolesMint = { readonly is: "Issue"; readonly seed: { readonly transactionId: Hex; readonly outputIndex: number }; readonly indices: readonly number[]; readonly first: number } | { readonly is: "Burn" } | { readonly is: "Replace"; readonly name: Hex };

/** dpp/attestation/RolesSpend */
export type RolesSpend = { readonly is: "Renew" } | { readonly is: "RotateKeys" } | { readonly is: "Publish" } | { readonly is: "Suspend"; readonly reason: number } | { readonly is: "Revoke"; readonly reason: number } | { readonly is: "Recover" };

/** dpp/attestation/Standing */
export type Standing = "Active" | "Suspended" | "Revoked";

/** dpp/thread/Thread */
export type Thread = { readonly schema: number; readonly source: Hex; readonly seq: number; readonly next: number; readonly history: Hex; readonly lastCmax: number; readonly total: number; readonly closed: "False" | "True" };
