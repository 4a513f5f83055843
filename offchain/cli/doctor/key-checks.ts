/** The doctor on the keys that sign events: whether what the attestations say is well-formed, and whether the ledger of this deployment checks it. */
import { contractsOf, type HomePaths, readDeployment } from "../../src/adapters/home.js";
import { isDppError } from "../../src/domain/errors.js";
import { formWords } from "../../src/domain/event-key-words.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Ledger } from "../../src/ports/ledger.js";
import { lacking } from "../../src/tx/contracts.js";
import { loadDeployment } from "../../src/usecases/deployment.js";
import { keyStanding } from "../../src/usecases/events/key-standing.js";
import { readTables } from "../../src/usecases/events/tables.js";
import { type AttestationView, listAttestations } from "../../src/usecases/resolve.js";
import { type Finding, ok, skipped, warning } from "./check.js";

/** Of everybody who may still sign. */
export async function checkEventKeys(paths: HomePaths, ledger: Ledger, clock: Clock): Promise<Finding> {
  const record = await readDeployment(paths);
  if (record === null || record.network !== ledger.network) return skipped("no deployment to ask for");
  const contracts = contractsOf(record);
  const reading = { ledger, contracts, clock };
  const { state } = await loadDeployment(reading);
  const listed = await listAttestations(reading).catch((error: unknown) => {
    if (isDppError(error, "ledger/unsupported")) return null;
    throw error;
  });
  if (listed === null) return skipped("this ledger cannot be asked for all attestations: see queries");
  const sources = listed
    .filter(({ pk, status }) => pk !== "" && status !== "Revoked")
    .map((view) => ({ view, key: keyStanding(view, state) }));
  const found = counted(sources.map(({ key }) => formWords(key.form)));
  const flawed = sources.filter(({ key }) => key.flaw !== null);
  if (flawed.length > 0)
    return warning(
      `${found}; nothing that these sign counts: ${namesOf(flawed)}`,
      "dpp role show says what is wrong with each; its holder replaces the key (dpp role keys --event-key)",
    );
  const unchecked = sources.filter(({ key }) => !key.checkedByLedger);
  if (unchecked.length > 0)
    return warning(
      `${found}; not checked by the ledger of this deployment, founded without the script p256: ${namesOf(unchecked)}`,
      "their events cannot be appended: give them Ed25519 keys (dpp role keys), or found a deployment with p256",
    );
  if (lacking(state).includes("p256")) return ok(found);
  return (
    (await baseMissing(reading)) ??
    ok(
      `${found}${await tableNote(
        reading,
        sources.map(({ view }) => view),
      )}`,
    )
  );
}

type Place = Parameters<typeof readTables>[0];

/** The generator itself: any key of P-256 asks for the table of the base point. */
const ANY = {
  alg: 2,
  pk: `036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296${"00".repeat(28)}`,
};

async function baseMissing(place: Place): Promise<Finding | null> {
  try {
    await readTables(place, [ANY]);
    return null;
  } catch (error) {
    if (!isDppError(error, "p256/no-base")) throw error;
    return warning(
      "the table of P-256's base point is not on the ledger: nothing under a P-256 or WebAuthn key can be appended",
      "the consortium took it back: whoever holds it lays it again (docs/device-keys.md)",
    );
  }
}

async function tableNote(place: Place, views: readonly AttestationView[]): Promise<string> {
  const { missing } = await readTables(place, views);
  return missing.length === 0
    ? ""
    : `; ${missing.length} tables of keys are on no ledger yet: who appends first pays for them`;
}

const namesOf = (found: readonly { readonly view: AttestationView }[]): string =>
  found.map(({ view }) => `${view.role} ${view.name}`).join(", ");

function counted(words: readonly string[]): string {
  const kinds = [...new Set(words)].map((word) => `${words.filter((it) => it === word).length} ${word}`);
  return kinds.length === 0 ? "no source of events" : kinds.join(", ");
}
