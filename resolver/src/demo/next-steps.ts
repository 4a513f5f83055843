/** Commands to try while the demo runs. */

/** What `npx dpp` takes without being told. */
const DEFAULT_HOME = ".dpp";

/** `home`: as `DPP_HOME` has it. Each line works in a second terminal, where that is not set. */
export function nextSteps(home: string): string {
  const dpp = home === DEFAULT_HOME ? "npx dpp" : `npx dpp --home ${quoted(home)}`;
  return `
Try next, in a browser and in a second terminal in this folder:
  ${dpp} passport list
  open a link, connect a demo wallet            as repairer, recycler or authority
  ${dpp} key export repairer                  a reading key, for what even this server cannot read
  ${dpp} passport verify <link>               check it without this server
  ${dpp} passport show <link> --as repairer   read what a repairer may
  ${dpp} passport revoke <link> --as authority
  ${dpp} role suspend repairer                reload the page: the role is gone
  ${dpp} event list                           what a supervisor and a station said about the shirt
  ${dpp} event record --as supervisor --type transport --field transport.mode=road --subject <passport id>
  ${dpp} role show station                    its key is P-256, in software here; the ledger checks it
  ${dpp} event pack --as supervisor           sign what is not signed yet
  ${dpp} event anchor --as repairer           anybody may bring it on the ledger
  ${dpp} --help
`;
}

const PLAIN = /^[A-Za-z0-9_./:=@%+,-]+$/;

/** One word of a POSIX shell. */
const quoted = (text: string): string =>
  PLAIN.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "'\\''")}'`;
