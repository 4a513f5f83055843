/** Actions in lines for a person: public elements, and what of the sealed sections opens. */
import type { Element } from "../src/domain/element.js";
import { reasonName } from "../src/domain/reason.js";
import type { OpenedAction } from "../src/usecases/actions/read.js";

/** Without indentation; `closed`: added to a section that does not open. */
export const contentLines = ({ record, sections }: OpenedAction, closed = ""): readonly string[] => [
  ...record.elements.map(elementText),
  ...sections.flatMap(({ name, readers, elements, mark: why }) =>
    elements === null
      ? [`sealed for ${name}: ${why === null ? `${counted(readers)}, not this one` : why.code}${closed}`]
      : elements.map((element) => `[${name}] ${elementText(element)}`),
  ),
  ...(record.handOver === null ? [] : ["with the owner's keys for what was sealed before"]),
];

export const counted = (keys: number): string => `${keys} key${keys === 1 ? "" : "s"}`;

function elementText({ id, value, unit }: Element): string {
  if (id === "recall.reason" && typeof value === "number") return `${id} ${reasonName(value)}`;
  // A text of several lines must not look like lines of ours.
  const text =
    typeof value === "object" ? JSON.stringify(value) : String(value).replaceAll(/\s*[\r\n]+\s*/g, " / ");
  return `${id} ${text}${unit === null ? "" : ` ${unit}`}`;
}
