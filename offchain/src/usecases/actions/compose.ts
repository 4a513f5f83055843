/** Makes an action's record for one place in a passport's chain and stores it. What logs it on the ledger: `usecases/life.ts`. */
import { type ActionRecord, type ActionType, isActionType, OWNER_SECTION } from "../../domain/action.js";
import { OWNER_PAYLOAD, type SealedPayload } from "../../domain/action-payload.js";
import { cidToHex } from "../../domain/cid.js";
import type { Element } from "../../domain/element.js";
import { DppError } from "../../domain/errors.js";
import type { Policy } from "../../domain/policy.js";
import type { Context } from "../context.js";
import { requirePassport } from "../passports.js";
import { listAttestations } from "../resolve.js";
import { requireLive } from "../roles.js";
import { isEntitled } from "./read.js";
import { groupLabel, knownPolicy, policyOfPassport, readersOfGroup } from "./readers.js";
import { type HandOverInput, type SectionInput, sealAction } from "./seal.js";

export interface ActionDraft {
  /** Passport id, hex. */
  readonly passport: string;
  readonly type: ActionType;
  /** POSIX ms at which it was done; by default now. */
  readonly at?: number;
  /** Attestation name (hex) in whose name it is logged; null: the owner. */
  readonly actor: string | null;
  /** Public. */
  readonly elements: readonly Element[];
  readonly sealed: readonly SealedPayload[];
  /** The present owner's owner key for this passport (X25519 public key): he reads every section then. Needed for a section `owner`. */
  readonly ownerKey: Uint8Array | null;
  /** Policies at hand, of which the passport's is one; only sections of groups need it. */
  readonly policies: readonly Policy[];
  /** Only in a transfer. */
  readonly handOver?: HandOverInput | null;
}

export interface ComposedAction {
  readonly bytes: Uint8Array;
  readonly cid: string;
  readonly record: ActionRecord;
  /** Sections and how many keys read each. */
  readonly sections: readonly { readonly name: string; readonly readers: number }[];
  /** Attestations (names, hex) that should read a section and cannot, since nothing can be sealed to their reading key. */
  readonly unusable: readonly string[];
}

/**
 * `previous`: the `action_head` that the action will follow, hex; when another action comes between, compose again.
 * @throws DppError `action/type`, `role/not-live`, `action/not-entitled`, `action/unknown-group`, `action/unknown-policy`, `action/owner-key`, `action/no-readers`,
 *   `action/too-many-readers`, `action/too-large`, `action/element`, `passport/unknown`, `content/*`.
 */
export async function composeAction(
  context: Context,
  draft: ActionDraft,
  previous: string,
): Promise<ComposedAction> {
  if (!isActionType(draft.type))
    throw new DppError("action/type", `there is no type of action ${String(draft.type)}`);
  // The ledger would refuse him; nothing is stored in his name before.
  if (draft.actor !== null) await requireLive(context, draft.actor);
  if (draft.type === "recall") await requireEntitled(context, draft);
  const { sections, unusable } = await sectionsOf(context, draft);
  const { passport, type, actor, elements, handOver = null, at = context.clock.now() } = draft;
  const config = context.contracts.config.hash;
  const { bytes, record } = await sealAction(
    { config, passport, previous, type, at, actor, elements, sections, handOver },
    context.random,
  );
  return {
    bytes,
    record,
    cid: await context.content.put(bytes),
    sections: record.sealed.map(({ kind, group, wraps }) => ({ name: group ?? kind, readers: wraps.length })),
    unusable,
  };
}

/** The ledger does not know what a recall is; readers would pass over one in another's name. */
async function requireEntitled(context: Context, { passport, type, actor }: ActionDraft): Promise<void> {
  const { issuerName } = await requirePassport(context, passport);
  if (isEntitled(type, actor, issuerName)) return;
  throw new DppError(
    "action/not-entitled",
    "a recall is logged in the name of the passport's manufacturer or of an authority (--actor); anybody else may log a note",
  );
}

async function sectionsOf(
  context: Context,
  draft: ActionDraft,
): Promise<{ readonly sections: readonly SectionInput[]; readonly unusable: readonly string[] }> {
  const groups = draft.sealed.filter(({ section }) => section !== OWNER_PAYLOAD);
  const owner = draft.sealed
    .filter(({ section }) => section === OWNER_PAYLOAD)
    .map(({ elements }) => ({ label: OWNER_SECTION, elements, readers: [requireOwnerKey(draft)] }));
  if (groups.length === 0) return { sections: owner, unusable: [] };
  const state = await requirePassport(context, draft.passport);
  const policy = knownPolicy(await policyOfPassport(context, state), draft.policies);
  const attestations = await listAttestations(context);
  const also = { issuer: state.issuerName, actor: draft.actor, owner: draft.ownerKey };
  const unusable = new Set<string>();
  const sections = groups.map(({ section, elements }): SectionInput => {
    const label = groupLabel(policy, section);
    const readers = readersOfGroup(policy, label, attestations, also);
    for (const name of readers.unusable) unusable.add(name);
    return { label, elements, readers: readers.keys };
  });
  return { sections: [...sections, ...owner], unusable: [...unusable] };
}

function requireOwnerKey({ ownerKey }: ActionDraft): Uint8Array {
  if (ownerKey !== null) return ownerKey;
  throw new DppError(
    "action/owner-key",
    "a section for the owner needs the owner's key for this passport: `dpp action key` prints it for him",
  );
}

/** What `logAction` and `transferPassport` ask for: the record for a head, as a binary CID (hex). The last one composed is in `composed()`. */
export function recorder(compose: (previous: string) => Promise<ComposedAction>): {
  readonly record: (previousHead: string) => Promise<string>;
  readonly composed: () => ComposedAction | null;
} {
  let last: { readonly head: string; readonly composed: ComposedAction } | null = null;
  return {
    async record(head) {
      // A second plan on the same head (other coins, say) keeps the record that is stored.
      if (last?.head !== head) last = { head, composed: await compose(head) };
      return cidToHex(last.composed.cid);
    },
    composed: () => last?.composed ?? null,
  };
}
