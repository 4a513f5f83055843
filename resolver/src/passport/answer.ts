/** Puts the public JSON together. Spec: docs/spec/http.md "Passport". */
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Deployment } from "@cardano-dpp/offchain/domain/config";
import type { Identifier } from "@cardano-dpp/offchain/domain/identifier";
import type { Tip } from "@cardano-dpp/offchain/ports/ledger";
import type { Notice } from "@cardano-dpp/offchain/usecases/history/notices";
import { type AttestationView, depthOf, type PassportState } from "@cardano-dpp/offchain/usecases/resolve";
import type { Static } from "@sinclair/typebox";
import type { PassportAnswer as Schema } from "../schemas/passport.js";
import type { LoadedDocument } from "./document.js";
import { rolesOfGroup } from "./groups.js";
import type { Standings } from "./standing.js";

export type PassportAnswer = Static<typeof Schema>;

export interface Located {
  readonly id: string;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  readonly identifier: Identifier;
  readonly source: "qr" | "index";
}

export function publicAnswer(
  { identifier, salt, source }: Located,
  state: PassportState,
  tip: Tip,
  loaded: LoadedDocument,
  deployment: Deployment,
  /** Blocks after which a transaction counts as settled. */
  needed: number,
  standings: Standings,
  notices: readonly Notice[],
): PassportAnswer {
  const { document } = loaded;
  const { confirmations, settled } = depthOf(state.anchor, tip, needed);
  return {
    schema: "dpp/passport-answer/1",
    identifier: { gtin: identifier.gtin, serial: identifier.serial, salt: toHex(salt), source },
    passport: {
      id: state.id,
      unit: state.unit,
      name: state.name,
      image: state.image,
      status: state.status,
      revision: state.revision,
      dataRoot: state.dataRoot,
      content: state.content,
      idCommit: state.idCommit,
      idMethod: state.idMethod,
      actionHead: state.actionHead,
      predecessor: state.predecessor,
      datum: state.datum,
      utxo: { txHash: state.utxo.txHash, outputIndex: state.utxo.outputIndex },
    },
    header: loaded.header as unknown as PassportAnswer["header"],
    elements: loaded.publicElements as PassportAnswer["elements"],
    leaves: document.leaves.length,
    groups: document.groups.map(({ name, access, epoch }) => ({
      name,
      access,
      epoch,
      roles: [...rolesOfGroup(loaded, null, name)],
    })),
    issuer: state.issuer === null ? null : issuerView(state.issuer, standings.issuer),
    actors: [...standings.actors],
    notices: [...notices],
    anchor: { ...state.anchor, confirmations, settled, settledAfter: needed },
    issued: state.issued,
    deployment: {
      network: deployment.network,
      configPolicy: deployment.configPolicy,
      rolesPolicy: deployment.rolesPolicy,
      passportPolicy: deployment.passportPolicy,
    },
    reading: null,
  };
}

const issuerView = (view: AttestationView, ended: Standings["issuer"]): PassportAnswer["issuer"] => ({
  attestation: view.name,
  title: view.title,
  operator: view.operator,
  status: view.status,
  live: view.live,
  validFrom: view.validFrom,
  validTo: view.validTo,
  ended,
});
