// Writes what TypeScript needs of the blueprint (CIP-57): the stored types, and the compiled code of the validators.
// Part of `npm run blueprint`.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
function generate(blueprint) {
  const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  const definition = (ref) => ref.replace("#/definitions/", "").replaceAll("~1", "/");

  /** Ledger types and the like are looked through; only our own product and sum types keep a name. */
  const NAMED = /^dpp\/(attestation|config|joint|passport|signature|thread)\//;
  const named = new Map();

  function typeOf(schema) {
    if (schema.$ref !== undefined) {
      const key = definition(schema.$ref);
      const target = blueprint.definitions[key];
      if (target === undefined) throw new Error(`plutus.json refers to ${key}, which it does not define`);
      if (!NAMED.test(key)) return typeOf(target);
      const name = key.split("/").at(-1);
      if (!named.has(name)) {
        named.set(name, undefined);
        named.set(name, { key, type: typeOf(target) });
      }
      return name;
    }
    if (schema.dataType === "bytes") return "Hex";
    if (schema.dataType === "integer") return "number";
    if (schema.dataType === "list") return `readonly ${wrap(typeOf(schema.items))}[]`;
    if (schema.dataType === "map") return `ReadonlyMap<${typeOf(schema.keys)}, ${typeOf(schema.values)}>`;
    if (schema.anyOf !== undefined) return union(schema);
    return "unknown";
  }

  const wrap = (type) => (type.includes(" ") ? `(${type})` : type);

  function union({ title, anyOf }) {
    if (title === "Option") return `${typeOf(anyOf[0].fields[0])} | null`;
    if (anyOf.every(({ fields }) => fields.length === 0))
      return anyOf.map(({ title: name }) => `"${name}"`).join(" | ");
    const record = ({ fields }) =>
      fields.map((field, at) => `readonly ${camel(field.title ?? `_${at}`)}: ${typeOf(field)}`).join("; ");
    if (anyOf.length === 1) return `{ ${record(anyOf[0])} }`;
    return anyOf
      .map(
        (option) =>
          `{ readonly is: "${option.title}"${option.fields.length > 0 ? `; ${record(option)}` : ""} }`,
      )
      .join(" | ");
  }

  const ROOTS = [
    "dpp/config/Config",
    "dpp/attestation/Attest",
    "dpp/attestation/RolesMint",
    "dpp/attestation/RolesSpend",
    "dpp/passport/Passport",
    "dpp/passport/PassportMint",
    "dpp/passport/PassportSpend",
    "dpp/config/ConfigMint",
    "dpp/config/ConfigSpend",
    "dpp/thread/Thread",
    "dpp/thread/AnchorMint",
    "dpp/thread/AnchorSpend",
    "dpp/joint/JointMint",
    "dpp/joint/JointSpend",
    "dpp/signature/Proofs",
  ];
  for (const key of ROOTS) typeOf({ $ref: `#/definitions/${key.replaceAll("/", "~1")}` });

  const banner = "// Generated from plutus.json by `npm run blueprint`; do not edit.\n";
  const types = [
    banner,
    "/** Bytes, as lower-case hex. */\nexport type Hex = string;\n",
    ...[...named]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { key, type }]) => `/** ${key} */\nexport type ${name} = ${type};\n`),
  ].join("\n");

  /** Schemas with references resolved, in the form of `codec/shape.ts`: what a test holds the codecs against. */
  function resolved(schema) {
    if (schema.$ref !== undefined) return resolved(blueprint.definitions[definition(schema.$ref)]);
    if (schema.dataType === "list") return { dataType: "list", items: resolved(schema.items) };
    if (schema.dataType === "map")
      return { dataType: "map", keys: resolved(schema.keys), values: resolved(schema.values) };
    if (schema.anyOf !== undefined) {
      return { anyOf: schema.anyOf.map(({ index, fields }) => ({ index, fields: fields.map(resolved) })) };
    }
    return { dataType: schema.dataType };
  }
  const schemaOf = (key) => resolved(blueprint.definitions[key]);
  const schemas = {
    config: schemaOf("dpp/config/Config"),
    attestation: schemaOf("dpp/cip68/Cip68<dpp/attestation/Attest>"),
    passport: schemaOf("dpp/cip68/Cip68<dpp/passport/Passport>"),
    configSpend: schemaOf("dpp/config/ConfigSpend"),
    rolesMint: schemaOf("dpp/attestation/RolesMint"),
    rolesSpend: schemaOf("dpp/attestation/RolesSpend"),
    passportMint: schemaOf("dpp/passport/PassportMint"),
    passportSpend: schemaOf("dpp/passport/PassportSpend"),
    thread: schemaOf("dpp/thread/Thread"),
    anchorMint: schemaOf("dpp/thread/AnchorMint"),
    anchorSpend: schemaOf("dpp/thread/AnchorSpend"),
    jointMint: schemaOf("dpp/joint/JointMint"),
    jointSpend: schemaOf("dpp/joint/JointSpend"),
    proofs: schemaOf("dpp/signature/Proofs"),
  };
  const validators = ["config", "roles", "passport", "anchor", "joint", "p256"].map((name) => {
    const { title, compiledCode, hash } = blueprint.validators.find((validator) =>
      validator.title.startsWith(`${name}.`),
    );
    return `    {\n      title: "${title}",\n      hash: "${hash}",\n      compiledCode:\n        "${compiledCode}",\n    },\n`;
  });
  const code = [
    banner,
    "/** Compiled validators before their parameter is applied: CBOR hex and hash. */",
    `export const blueprint = {\n  validators: [\n${validators.join("")}  ],\n} as const;\n`,
    "/** Schemas of the stored datums and of the redeemers, references resolved. */",
    `export const schemas = ${JSON.stringify(schemas)} as const;\n`,
  ].join("\n");

  return {
    "offchain/src/codec/blueprint.gen.ts": types,
    "offchain/src/adapters/blueprint.gen.ts": code,
  };
}

/** Paths, from the root, of generated files that are not what plutus.json says; with `write` they are written first. */
export function blueprintTypes({ write }) {
  const outputs = generate(JSON.parse(readFileSync(join(root, "plutus.json"), "utf8")));
  if (write) for (const [path, text] of Object.entries(outputs)) writeFileSync(join(root, path), text);
  return Object.entries(outputs)
    .filter(
      ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text,
    )
    .map(([path]) => path);
}
