/** Attestations as lines for people, and as JSON. */
import { decodeEventKey } from "../src/codec/event-key.js";
import { formOf } from "../src/domain/event-key.js";
import type { KeyStanding } from "../src/usecases/events/key-standing.js";
import type { AttestationView } from "../src/usecases/resolve.js";
import { isoTime, table } from "./output.js";

/** One attestation: who acts, what signs its events, and whether the ledger checks that. */
export const roleLines = (view: AttestationView, eventKey: KeyStanding): readonly string[] => [
  ...table(
    ["", ""],
    [
      ["role", `${view.role}, ${view.kind}`],
      ["operator", view.operator],
      ["status", roleStanding(view)],
      ["dates", `${isoTime(view.validFrom)} to ${isoTime(view.validTo)}`],
      ["attestation", view.name],
      ["holder", view.holder],
      ["reading key", view.encPk],
      ["key epoch", `${view.keyEpoch}`],
      ["event key", eventKey.words],
      ...keyRows(view),
      ["checked by", checkedBy(eventKey)],
    ],
  ).slice(1),
  ...(eventKey.flaw === null ? [] : [`WARNING: ${eventKey.flaw.message}`]),
];

export const roleStanding = ({ status, live }: AttestationView): string =>
  status === "Active" && !live ? "outside dates" : status;

export const shownView = ({ utxo, ...view }: AttestationView & { readonly eventKey: KeyStanding }) => ({
  ...view,
  utxo: `${utxo.txHash}#${utxo.outputIndex}`,
});

const checkedBy = ({ form, checkedByLedger }: KeyStanding): string => {
  if (form === "none") return "nothing: it signs no events";
  return checkedByLedger ? "the ledger, for every pack" : "not by the ledger: no pack of it can be appended";
};

/** The parts of the key that a device or a browser shows too. */
function keyRows(view: AttestationView): readonly (readonly string[])[] {
  const form = formOf(view.alg, view.pk);
  if (form === null || form === "none") return [];
  const key = decodeEventKey(view);
  if (key.form === "Ed25519") return [["", key.key]];
  return [
    ["", `point ${key.point}`],
    ["", `table ${key.tableHash}`],
    ...(key.form === "WebAuthn" ? [["", `origin ${key.origin}, rp id hash ${key.rpIdHash}`]] : []),
  ];
}
