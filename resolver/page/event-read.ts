/** Asks this server for one event. */
import type { EventAnswer } from "../src/schemas/events.js";
import { get } from "./api.js";

/** `id`: UUID text. @throws DppError the problem's code; Error for another format. */
export async function readEvent(id: string): Promise<EventAnswer> {
  const answer = await get<EventAnswer>(`/events/${encodeURIComponent(id)}`);
  if (answer?.schema !== "dpp/event-answer/1" || typeof answer.event !== "object")
    throw new Error("this server answers in another format");
  return answer;
}
