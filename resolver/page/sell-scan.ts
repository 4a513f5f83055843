/**
 * Reads a QR code with the camera, where the browser has the Shape Detection API's BarcodeDetector (Chrome on Android and macOS); elsewhere the page offers to paste.
 * https://wicg.github.io/shape-detection-api/
 */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { el, show } from "./dom.js";
import { button } from "./own-parts.js";
import { OWN_TEXTS } from "./own-texts.js";

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorClass = new (options: { readonly formats: readonly string[] }) => Detector;

const detectorClass = (): DetectorClass | undefined =>
  (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;

export const canScan = (): boolean =>
  detectorClass() !== undefined && navigator.mediaDevices?.getUserMedia !== undefined;

/** ms between two looks: a hand moves slower. */
const LOOK_EVERY = 200;

/**
 * Shows the camera in `area` until a code is seen or the user cancels (null). The camera is let go in any case.
 * @throws DppError `scan/no-camera`.
 */
export async function scanCode(area: HTMLElement): Promise<string | null> {
  const Detector = detectorClass();
  if (Detector === undefined) throw new DppError("scan/no-camera", OWN_TEXTS.give.noScan);
  const stream = await navigator.mediaDevices
    .getUserMedia({ video: { facingMode: "environment" } })
    .catch((cause: unknown) => {
      throw new DppError("scan/no-camera", OWN_TEXTS.give.noCamera, { cause });
    });
  const video = el("video", { playsinline: true, muted: true, width: "296", id: "camera" });
  let cancelled = false;
  const cancel = (): void => {
    cancelled = true;
  };
  show(area, video, button(OWN_TEXTS.cancel, cancel));
  try {
    video.srcObject = stream;
    await video.play();
    const detector = new Detector({ formats: ["qr_code"] });
    while (!cancelled && area.isConnected) {
      const [code] = await detector.detect(video);
      if (code !== undefined) return code.rawValue;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    show(area);
  }
}
