/** QR codes for a terminal, with the quiet zone that scanners need. */
import { toString as render } from "qrcode";

/**
 * On a terminal black on white, whatever its colours are: many scanners refuse an inverted code. Elsewhere plain text, two modules per character.
 */
export const terminalQr = (text: string, isTerminal: boolean): Promise<string> =>
  isTerminal
    ? render(text, { type: "terminal", small: true, errorCorrectionLevel: "L" })
    : render(text, { type: "utf8", errorCorrectionLevel: "L", margin: 2 });
