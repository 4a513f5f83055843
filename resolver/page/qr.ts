/** A QR code as an SVG element: dark on white in either colour scheme, since many scanners refuse an inverted code. */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { create } from "qrcode";

const SVG = "http://www.w3.org/2000/svg";
/** CSS pixels: a phone reads it from an arm's length. */
const SIDE = 296;
/** Light modules that a scanner needs around a code (ISO/IEC 18004 §6.3.8). */
const QUIET = 4;

/** @throws DppError `qr/too-long`. */
export function qrImage(text: string, label: string): SVGElement {
  const { size, path } = drawingOf(text);
  const side = size + 2 * QUIET;
  const image = node("svg", {
    id: "qr",
    role: "img",
    "aria-label": label,
    viewBox: `${-QUIET} ${-QUIET} ${side} ${side}`,
    width: String(SIDE),
    height: String(SIDE),
    "shape-rendering": "crispEdges",
  });
  const edge = String(-QUIET);
  image.append(
    node("rect", { x: edge, y: edge, width: String(side), height: String(side), fill: "#fff" }),
    node("path", { d: path, fill: "#000" }),
  );
  return image;
}

/** The dark modules as one path; one unit a module. */
function drawingOf(text: string): { readonly size: number; readonly path: string } {
  const { modules } = encoded(text);
  const { size } = modules;
  let path = "";
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) if (modules.get(y, x)) path += `M${x} ${y}h1v1h-1z`;
  }
  return { size, path };
}

function encoded(text: string): ReturnType<typeof create> {
  try {
    return create(text, { errorCorrectionLevel: "M" });
  } catch (cause) {
    throw new DppError("qr/too-long", "the text is too long for a QR code", { cause });
  }
}

function node(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
