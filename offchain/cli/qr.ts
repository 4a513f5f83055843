/** QR codes for a terminal and as an SVG file, with the quiet zone that scanners need. */
import { toString as render } from "qrcode";
import { DppError } from "../src/domain/errors.js";

/**
 * On a terminal black on white, whatever its colours are: many scanners refuse an inverted code. Elsewhere plain text, two modules per character.
 */
export const terminalQr = (text: string, isTerminal: boolean): Promise<string> =>
  drawn(() =>
    isTerminal
      ? render(text, { type: "terminal", small: true, errorCorrectionLevel: "L" })
      : render(text, { type: "utf8", errorCorrectionLevel: "L", margin: 2 }),
  );

/** A whole file. @throws DppError `qr/too-long`. */
export const svgQr = (text: string): Promise<string> =>
  drawn(() => render(text, { type: "svg", errorCorrectionLevel: "M", margin: 4 }));

async function drawn(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (cause) {
    throw new DppError("qr/too-long", "the text is too long for a QR code", { cause });
  }
}
