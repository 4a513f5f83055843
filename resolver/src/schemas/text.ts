/** Texts that occur everywhere: hexadecimal of known length, CIDs, base64url. */
import { type TString, Type } from "@sinclair/typebox";

const hex = (bytes: number, description: string): TString =>
  Type.String({ pattern: `^[0-9a-f]{${2 * bytes}}$`, description });

export const Hash = hex(32, "32 bytes, hex");
export const KeyHash = hex(28, "28 bytes, hex");
export const PassportId = hex(28, "Passport id: 28 bytes, hex");
export const Salt16 = hex(16, "Salt of the identifier's commitment: 16 bytes, hex");
export const Policy = hex(28, "Policy id: 28 bytes, hex");
export const Unit = Type.String({
  pattern: "^[0-9a-f]{56}([0-9a-f]{2}){0,32}$",
  description: "Policy id and asset name, hex",
});
export const AttestationName = Type.String({
  pattern: "^([0-9a-f]{2}){12,28}$",
  description: "Attestation name, hex",
});
export const Hex = (maxBytes: number): TString =>
  Type.String({ pattern: "^([0-9a-f]{2})*$", maxLength: 2 * maxBytes });
export const CidText = Type.String({ pattern: "^[a-zA-Z0-9]{10,128}$", description: "IPFS CID" });
export const Time = Type.Integer({ description: "POSIX milliseconds" });
export const Base64url = (max: number): TString =>
  Type.String({ pattern: "^[A-Za-z0-9_-]*$", maxLength: max });
