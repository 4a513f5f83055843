/** How people name a registry, a supplier and who enrolled him, and what they are shown. Works without the ledger but for readers' attestations. */
import { createHash } from "node:crypto";
import { loadConfiguration } from "../src/adapters/configuration/load.js";
import { networkOf } from "../src/adapters/configuration/open.js";
import { homePaths, readDeployment } from "../src/adapters/home.js";
import type { OpenKey } from "../src/adapters/keystore.js";
import {
  registriesIn,
  supplierRegistryOnDisk,
  suppliersFolder,
} from "../src/adapters/supplier-registry-disk.js";
import { systemClock, systemRandom } from "../src/adapters/system.js";
import { jsonShape } from "../src/codec/json-shape.js";
import { decodeRegistryFile } from "../src/codec/supplier-registry.js";
import { registryId } from "../src/crypto/registry-seal.js";
import { DppError } from "../src/domain/errors.js";
import { parseJson } from "../src/domain/json.js";
import {
  type Confirmation,
  isUsable,
  lastInPerson,
  MAX_NAME,
  parsePhone,
  type Supplier,
} from "../src/domain/supplier.js";
import { cardText } from "../src/domain/supplier-card.js";
import { MAX_IMPORT, type NewSupplier, type Season, type Who } from "../src/usecases/suppliers/enrol.js";
import type { RegistryParts } from "../src/usecases/suppliers/found.js";
import { SupplierRegistry } from "../src/usecases/suppliers/registry.js";
import { keystoreOf } from "./home.js";
import { readInput } from "./input.js";
import { moment } from "./options.js";
import { isoTime } from "./output.js";
import type { Place } from "./supplier-options.js";

/** The operator's key and where his registry is. @throws DppError `home/no-deployment`, `keystore/*`. */
export async function openPlace(home: string, env: NodeJS.ProcessEnv, { as }: Place) {
  const paths = homePaths(home);
  const deployment = await readDeployment(paths);
  if (deployment === null)
    throw new DppError("home/no-deployment", `${paths.directory} has no deployment: dpp consortium init`);
  const { configuration } = await loadConfiguration(paths, env);
  const keys = keystoreOf(paths, env, networkOf(configuration.ledger));
  const key = await keys.load(as);
  const folder = suppliersFolder(paths.directory);
  const config = deployment.configPolicy;
  const partsOf = (operator: string): RegistryParts => ({
    store: supplierRegistryOnDisk(folder, registryId({ config, operator })),
    clock: systemClock,
    random: systemRandom,
  });
  return { key, keys, folder, config, partsOf };
}

export interface OpenRegistry {
  readonly registry: SupplierRegistry;
  readonly key: OpenKey;
}

/** @throws DppError `supplier/no-registry`, `usage/reference` when there are several and none is named. */
export async function openRegistry(
  home: string,
  env: NodeJS.ProcessEnv,
  place: Place,
): Promise<OpenRegistry> {
  const { key, keys, folder, config, partsOf } = await openPlace(home, env, place);
  const operator = place.operator ?? (await onlyOperator(folder));
  // Whoever has a key in this home is believed to have sealed here; another reader is named.
  const here = (await keys.list()).map(({ readingKey }) => readingKey);
  const trusted = [...here, ...(place.sealedBy ?? [])];
  const reader = { publicKey: key.reading.publicKey, secretKey: key.reading.secret(), trusted };
  return { registry: new SupplierRegistry(partsOf(operator), { config, operator }, reader), key };
}

async function onlyOperator(folder: string): Promise<string> {
  const ids = await registriesIn(folder);
  const [only] = ids;
  const bytes = only === undefined ? null : await supplierRegistryOnDisk(folder, only).file();
  if (bytes === null)
    throw new DppError("supplier/no-registry", "there is no registry of suppliers here: dpp supplier init");
  if (ids.length > 1)
    throw new DppError(
      "usage/reference",
      "there are registries of several operators here: name one (--operator)",
    );
  return decodeRegistryFile(bytes).operator;
}

export interface WhoOptions {
  readonly by?: string;
  readonly confirmed: Confirmation;
  readonly reference?: string;
}

/** A reference is hashed here: the paper or template itself is kept nowhere. */
export async function whoOf({ by: who, confirmed, reference }: WhoOptions, key: OpenKey): Promise<Who> {
  const hash =
    reference === undefined
      ? ""
      : createHash("sha256")
          .update(await readInput(reference, 64 * 1024 * 1024))
          .digest("hex");
  return { by: who ?? key.signer.keyHash, confirmed, reference: hash };
}

/** Both dates or none. */
export function seasonOf({ from, to }: { from?: number; to?: number }): Season | undefined {
  if (to === undefined && from === undefined) return undefined;
  if (to === undefined)
    throw new DppError("usage/arguments", "a card ends: give --to, the day after its last one");
  return { from: from ?? systemClock.now(), to };
}

const shape = jsonShape("supplier/import", "import");
const day = shape.where(shape.text(10, 20), (text) => tryMoment(text) !== null, "a date like 2027-02-18");
const tryMoment = (text: string): number | null => {
  try {
    return moment(text);
  } catch {
    return null;
  }
};
const ROWS = shape.list(
  shape.object({
    name: shape.text(0, MAX_NAME),
    phones: shape.list(shape.text(1, 64), 0, 4),
    card: shape.orNull(shape.object({ from: day, to: day })),
    declared: shape.list(
      shape.object({
        season: shape.text(1, 32),
        product: shape.text(1, 32),
        plots: shape.list(shape.object({ cell: shape.text(0, 16), areaM2: shape.int(0) }), 0, 32),
        capacityKg: shape.int(0),
      }),
      0,
      8,
    ),
  }),
  1,
  MAX_IMPORT,
);

/** @throws DppError `supplier/import`, `supplier/phone`, and those of a JSON file. */
export function parseImport(bytes: Uint8Array): readonly NewSupplier[] {
  return ROWS(parseJson(bytes, "supplier", 8 * 1024 * 1024), "").map(({ card, phones: numbers, ...row }) => ({
    ...row,
    phones: numbers.map(parsePhone),
    card: card === null ? null : { from: moment(card.from), to: moment(card.to) },
  }));
}

const dayOf = (ms: number | null): string => (ms === null ? "never" : isoTime(ms).slice(0, 10));

/** For machines; cards with their text, as it is printed. */
export const viewOf = (supplier: Supplier) => ({
  ...supplier,
  cards: supplier.cards.map((card) => ({ ...card, text: cardText(card.id) })),
});

export const rowOf = (supplier: Supplier): readonly string[] => {
  const now = systemClock.now();
  const usable = supplier.cards.filter((card) => isUsable(card, now)).length;
  const state = supplier.ended === null ? `${usable} usable` : `ended ${dayOf(supplier.ended)}`;
  return [String(supplier.number), state, dayOf(lastInPerson(supplier)), supplier.name];
};

export const newestCard = (supplier: Supplier): string => {
  const card = supplier.cards.at(-1);
  return card === undefined || card.blocked !== null ? "no card" : cardText(card.id);
};

export function linesOf(supplier: Supplier): readonly string[] {
  const { number, name, phones: numbers, cards, declarations, enrolments, audit, ended } = supplier;
  return [
    `supplier ${number}${name === "" ? "" : `  ${name}`}${ended === null ? "" : `  ended ${dayOf(ended)}`}`,
    ...numbers.map((phone) => `phone ${phone}`),
    ...cards.map(({ id, from, to, blocked }) => {
      const state = blocked === null ? "" : `  blocked ${dayOf(blocked.at)}: ${blocked.reason}`;
      return `card ${cardText(id)}  ${dayOf(from)} to ${dayOf(to)}${state}`;
    }),
    ...declarations.map(
      ({ season, product, capacityKg, plots }) =>
        `declared ${season} ${product} ${capacityKg} kg on ${plots.length} plots`,
    ),
    ...enrolments.map((one) => `enrolled ${dayOf(one.at)} ${one.confirmed} by ${one.by}`),
    ...audit.map(({ at, act, about, by: who }) => `${isoTime(at)}  ${act} ${about}  by ${who}`),
  ];
}
