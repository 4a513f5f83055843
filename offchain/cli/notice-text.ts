/** Notices, a line each for people. */
import { roleOfName } from "../src/domain/tokens.js";
import type { Notice } from "../src/usecases/history/notices.js";
import { isoTime } from "./output.js";

const WORDS: Readonly<Record<Notice["kind"], string>> = {
  recall: "RECALLED",
  theft: "REPORTED STOLEN",
  loss: "REPORTED LOST",
  unreadable: "an action cannot be read; it may be a recall: logged",
};

const by = (actor: string | null): string =>
  actor === null ? "its owner of then" : `the ${(roleOfName(actor) ?? `role ${actor}`).toLowerCase()}`;

export const noticeText = ({ kind, actor, time, txHash }: Notice): string =>
  `${WORDS[kind]} by ${by(actor)}, ${isoTime(time)} in ${txHash}`;

export const warningLines = (notices: readonly Notice[]): readonly string[] =>
  notices.map((notice) => `WARN ${"notices".padEnd(10)} ${noticeText(notice)}`);
