// The part of vectors-aiken.mjs for forms of signatures: what keys of each form and several parties sign, and what the history keeps of it.
const bytes = (hex) => `#"${hex}"`;
const list = (items) => `[${items.join(", ")}]`;

const party = ({ name, alg, pk }) => `Signer { name: ${bytes(name)}, alg: ${alg}, pk: ${bytes(pk)} }`;

const joint = (it) =>
  `Joint { config: ${bytes(it.config)}, thread: ${bytes(it.source)}, lo: ${it.lo}, hi: ${it.hi}, root: ${bytes(it.root)}, cmin: ${it.cmin}, cmax: ${it.cmax}, digest: ${bytes(it.digest)}, parties: ${list(it.parties.map(party))} }`;

const stated = (statement, { r, w, assertion }) => {
  const parts =
    assertion === null
      ? "None"
      : `Some(Assertion { authenticator_data: ${bytes(assertion.authenticatorData)}, client_data: ${bytes(assertion.clientDataJSON)} })`;
  return `Stated { statement: ${bytes(statement)}, r: 0x${r}, w: 0x${w}, assertion: ${parts} }`;
};

/** As the specification lays the redeemer out, byte by byte. */
export function formsModule(of, header) {
  const { header: pack, keys, redeemer } = of;
  const pk = (alg) => keys.find((key) => key.alg === alg).pk;
  const entries = (kind) => of.entries.filter((it) => it.kind === kind).map(({ entry }) => bytes(entry));
  return `${header("signature-forms")}; tested in \`forms.test.ak\`.

use dpp/signature.{Assertion}

/// A party of a joint pack, and its key.
pub type Signer {
  name: ByteArray,
  alg: Int,
  pk: ByteArray,
}

pub type Joint {
  config: ByteArray,
  thread: ByteArray,
  lo: Int,
  hi: Int,
  root: ByteArray,
  cmin: Int,
  cmax: Int,
  digest: ByteArray,
  parties: List<Signer>,
}

pub type Stated {
  statement: ByteArray,
  r: Int,
  w: Int,
  assertion: Option<Assertion>,
}

pub const config = ${bytes(pack.config)}

pub const source = ${bytes(pack.source)}

pub const root = ${bytes(pack.root)}

pub const lo = ${pack.lo}

pub const hi = ${pack.hi}

pub const cmin = ${pack.cmin}

pub const cmax = ${pack.cmax}

/// Of the pack of one source.
pub const digest = ${bytes(of.digest)}

pub const ed25519_pk = ${bytes(pk(1))}

pub const p256_pk = ${bytes(pk(2))}

pub const webauthn_pk = ${bytes(pk(3))}

pub fn joints() -> List<Joint> {
  ${list(of.joint.map(joint))}
}

/// Of one source with a key of each form in turn.
pub fn entries() -> List<ByteArray> {
  ${list(entries("append"))}
}

/// Of the first of \`joints\`.
pub fn joint_entries() -> List<ByteArray> {
  ${list(entries("co-append"))}
}

pub fn stated() -> List<Stated> {
  ${list(redeemer.statements.map((statement, at) => stated(statement, redeemer.proofs[at])))}
}
`;
}
