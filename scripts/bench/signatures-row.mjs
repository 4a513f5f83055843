// One accepted transaction as a row of figures.

/** How the ledger, or who builds for it, says that a transaction is too much. */
export const LIMITS = ["tx/too-large", "tx/script-refused", "ledger/refused"];

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** `script`: bytes of the scripts that are referred to, which the ledger charges for; `p256`: what of it the script `p256` uses. */
export function rowOf(operation, { built, cbor, plan }) {
  const withdrawn = built.exUnits.filter(({ purpose }) => purpose.startsWith("withdraw"));
  return {
    operation,
    mem: sum(built.exUnits.map(({ mem }) => mem)),
    steps: sum(built.exUnits.map(({ steps }) => steps)),
    "p256 mem": sum(withdrawn.map(({ mem }) => mem)),
    "p256 steps": sum(withdrawn.map(({ steps }) => steps)),
    bytes: cbor.length / 2,
    script: sum(plan.referenceInputs.map(({ scriptRef }) => (scriptRef ? scriptRef.script.length / 2 : 0))),
    fee: Number(built.fee),
  };
}
