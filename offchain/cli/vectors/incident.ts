/** Vectors of docs/spec/incident.md: entries and report files with their hashes, and a sealed contact. Its key protects nothing. */
import {
  encodeIncidentBody,
  encodeIncidentEntry,
  incidentBodyHash,
  incidentEntryHash,
} from "../../src/codec/incident.js";
import { generateKeyPair } from "../../src/crypto/x25519.js";
import { fromUtf8, toHex } from "../../src/domain/bytes.js";
import { FIRST_PREVIOUS, type IncidentEntry, type IncidentEvent } from "../../src/domain/incident-events.js";
import { attestationName, unique } from "../../src/domain/tokens.js";
import { seededRandom } from "../../src/testing/seeded-random.js";
import { sealContact } from "../../src/usecases/incidents/contact.js";

const SEED = { txHash: "11".repeat(32), outputIndex: 0 };

export async function incidentVectors() {
  const random = seededRandom("incident vectors");
  const incident = toHex(random.bytes(16));
  const keys = generateKeyPair(random);
  const config = "aa".repeat(28);
  const contact = "reporter@example.com, +44 1632 960000";
  const body = encodeIncidentBody({
    salt: toHex(random.bytes(16)),
    text: "Das Etikett löst sich.\nDarunter steht eine andere Nummer.",
    evidence: ["https://example.com/photo.jpg"],
    contact: await sealContact(random, keys.publicKey, contact, { config, incident }),
  });
  const events: readonly IncidentEvent[] = [
    {
      act: "report",
      via: "web",
      subject: { passport: unique(SEED, 0) },
      category: "counterfeit",
      body: incidentBodyHash(body),
    },
    { act: "link", subject: { attestation: attestationName("MANUFACTURER", SEED, 1) } },
    {
      act: "measure",
      measure: "suspend",
      attestation: attestationName("MANUFACTURER", SEED, 1),
      reason: 7,
      transaction: "22".repeat(32),
    },
    { act: "close", outcome: "upheld", note: "The maker confirmed it." },
    { act: "erase" },
  ];
  const entries: { bytes: string; hash: string }[] = [];
  let previous = FIRST_PREVIOUS;
  for (const [seq, event] of events.entries()) {
    const entry: IncidentEntry = { seq, previous, time: 1_800_000_000_000 + seq, incident, event };
    previous = incidentEntryHash(entry);
    entries.push({ bytes: fromUtf8(encodeIncidentEntry(entry)), hash: previous });
  }
  return {
    spec: "docs/spec/incident.md",
    entries,
    body: { bytes: fromUtf8(body), hash: incidentBodyHash(body) },
    contact: { config, incident, secretKey: toHex(keys.secretKey), contact },
  };
}
