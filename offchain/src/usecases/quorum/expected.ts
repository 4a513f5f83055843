/** The form of what an action's transactions must do. */
import type { OutRef } from "../../domain/out-ref.js";
import type { Contract } from "../../tx/contracts.js";
import type { StateFields, StateKind } from "./fields.js";

export interface ExpectedState {
  readonly kind: StateKind;
  readonly contract: Contract;
  /** The one token that it holds besides ADA. */
  readonly unit: string;
  /** Made by this act, rather than continued. */
  readonly isNew: boolean;
  /** What its fields must say; a continued state keeps the others. */
  readonly says: StateFields;
}

export interface Expected {
  /** The one state or script output that is spent with a redeemer. */
  readonly spend: { readonly contract: Contract; readonly data: string } | null;
  /** Redeemers of mints, with the policy. */
  readonly mints: readonly { readonly policy: string; readonly data: string }[];
  /** Unit → quantity, of the whole transaction. */
  readonly mint: Readonly<Record<string, bigint>>;
  readonly states: readonly ExpectedState[];
  /** Tokens that go to wallets: exactly these units at this address. */
  readonly pays: readonly { readonly address: string; readonly units: readonly string[] }[];
  /** Tables of P-256 keys that the act names, as outputs of the proposer's ADA: each once or not at all, since whoever appends writes what is missing. */
  readonly mayStore: readonly { readonly address: string /** CBOR hex. */; readonly datum: string }[];
  /** An owner's output: it holds the unit, is spent, and made again as it was. `key`: the key hash of its address. */
  readonly returned: { readonly ref: OutRef; readonly unit: string; readonly key: string } | null;
  /** Outputs that must be among the inputs. */
  readonly inputs: readonly OutRef[];
}

export const NOTHING: Expected = {
  spend: null,
  mints: [],
  mint: {},
  states: [],
  pays: [],
  mayStore: [],
  returned: null,
  inputs: [],
};

/** Inverse of `refText`; the codec has seen to its form. */
export function refOf(text: string): OutRef {
  const [txHash = "", index = ""] = text.split("#");
  return { txHash, outputIndex: Number(index) };
}

export const refText = ({ txHash, outputIndex }: OutRef): string => `${txHash}#${outputIndex}`;
