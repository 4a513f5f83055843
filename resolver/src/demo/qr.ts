/** QR codes for a terminal: two modules per character, with the quiet zone that scanners need. */
import { toString as render } from "qrcode";

export const terminalQr = (text: string): Promise<string> =>
  render(text, { type: "utf8", errorCorrectionLevel: "L", margin: 2 });
