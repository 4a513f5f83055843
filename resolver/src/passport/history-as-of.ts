/** The passport's answer as of a moment: the state and the document of then, for a reader of today. Spec: docs/spec/http.md "As of a moment". */
import { encodePassportDatum } from "@cardano-dpp/offchain/codec/datum";
import { cidFromHex } from "@cardano-dpp/offchain/domain/cid";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import { idCommit } from "@cardano-dpp/offchain/domain/identifier";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { type PastState, stateAt } from "@cardano-dpp/offchain/usecases/history/archive";
import {
  type HistoryEntry,
  outRefText,
  type PassportHistory,
} from "@cardano-dpp/offchain/usecases/history/read";
import { standingAt } from "@cardano-dpp/offchain/usecases/history/roles";
import { type Anchor, type PassportState, readAttestation } from "@cardano-dpp/offchain/usecases/resolve";
import type { Located, PassportAnswer } from "./answer.js";
import type { HistoryReader } from "./history-reader.js";

type AsOf = NonNullable<PassportAnswer["asOf"]>;

export interface PastReading {
  /** The state of then in the shape of a present one. */
  readonly state: PassportState;
  readonly asOf: AsOf;
}

const unknownProduct = (): DppError =>
  new DppError("resolver/unknown-product", "no passport is known for this product");

/** A passport's history for a product. @throws DppError `resolver/unknown-product`, `resolver/identifier-mismatch`. */
export async function locatedHistory(reader: HistoryReader, located: Located, time?: number) {
  const known = await reader.passport(located.id).catch((error: unknown) => {
    if (
      isDppError(error, "passport/unknown") ||
      isDppError(error, "passport/erased") ||
      isDppError(error, "passport/pending")
    )
      throw unknownProduct();
    throw error;
  });
  const commit = idCommit(located.salt, located.identifier);
  if (!commitsOf(known.history, time).includes(commit)) {
    throw new DppError(
      "resolver/identifier-mismatch",
      "the passport on the ledger was not made for this product: the code may be forged or misread",
    );
  }
  return known;
}

/** The last one, and the one of then: a label that was replaced since was right at its time. */
function commitsOf({ entries }: PassportHistory, time: number | undefined): readonly (string | undefined)[] {
  const commitOf = (entry: HistoryEntry | undefined): string | undefined =>
    entry?.after.datum?.extra.idCommit;
  return [
    commitOf(entries.findLast(({ after }) => after.datum !== null)),
    time === undefined
      ? undefined
      : commitOf(entries.findLast((entry) => entry.time <= time && entry.after.datum !== null)),
  ];
}

/** @throws DppError `archive/*` and those of `locatedHistory`. */
export async function readPast(
  reading: Reading,
  reader: HistoryReader,
  located: Located,
  time: number,
): Promise<PastReading> {
  const { history } = await locatedHistory(reader, located, time);
  const past = stateAt(history, time);
  const { extra, metadata } = past.datum;
  const { state: output } = past.entry.after;
  if (output === null) throw new DppError("archive/unreadable", "the state of then cannot be read");
  const [issuer, sealer, roles] = await Promise.all([
    readAttestation(reading, extra.issuer),
    readAttestation(reading, past.sealedBy),
    reader.role(extra.issuer),
  ]);
  const standing = standingAt(extra.issuer, roles, time);
  return {
    state: {
      id: history.id,
      unit: history.unit,
      status: extra.status,
      revision: extra.revision,
      issuer,
      issuerName: extra.issuer,
      sealedBy: past.sealedBy,
      sealer,
      name: metadata.name,
      image: metadata.image,
      dataRoot: extra.dataRoot,
      content: cidFromHex(extra.content),
      idCommit: extra.idCommit,
      idMethod: extra.idMethod,
      actionHead: extra.actionHead,
      predecessor: extra.predecessor,
      utxo: output,
      datum: output.datum ?? encodePassportDatum(past.datum),
      anchor: anchorOf(past.entry),
      issued: anchorOf(past.issued),
    },
    asOf: asOfView(past, standing),
  };
}

function asOfView(past: PastState, standing: ReturnType<typeof standingAt>): AsOf {
  const { at, entry, until, burnt, sealedBy } = past;
  return {
    at,
    act: entry.act,
    until: until === null ? null : { ...anchorOf(until), act: until.act },
    erased: burnt,
    sealedBy,
    issuer:
      standing === null
        ? null
        : {
            attestation: standing.name,
            status: standing.status,
            since: standing.since,
            reason: standing.reason,
          },
    state: entry.after.state === null ? null : outRefText(entry.after.state),
  };
}

const anchorOf = ({ txHash, slot, height, time }: HistoryEntry): Anchor => ({ txHash, slot, height, time });
