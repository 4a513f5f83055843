/** Who may be given the registry, or the part of it that a device needs: decided on what the ledger says of them now. Spec: docs/spec/supplier-registry.md "Readers". */
import { fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { Role } from "../../domain/role.js";
import type { RegistryReader } from "../../domain/supplier-registry.js";
import type { AttestationView } from "../resolve.js";

/** The whole registry. */
export const REGISTRY_ROLES: readonly Role[] = ["SUPERVISOR"];
/** The list of cards. */
export const DEVICE_ROLES: readonly Role[] = ["SUPERVISOR", "STATION", "GATEWAY"];

/** @throws DppError `supplier/reader-role`, `supplier/reader-gone`, `supplier/other-operator`. */
export function readerFrom(
  {
    name,
    role,
    live,
    encPk,
    operator,
  }: Pick<AttestationView, "name" | "role" | "live" | "encPk" | "operator">,
  of: string,
  roles: readonly Role[],
): RegistryReader {
  if (!roles.includes(role))
    throw new DppError("supplier/reader-role", `a ${role} is no reader here: only ${roles.join(", ")}`);
  if (!live)
    throw new DppError("supplier/reader-gone", "this attestation is suspended, revoked or out of its dates");
  if (operator !== of)
    throw new DppError(
      "supplier/other-operator",
      `this attestation is of ${operator}, the registry of ${of}`,
    );
  return { name, publicKey: fromHex(encPk) };
}
