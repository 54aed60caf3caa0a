/** Files to and from the learner's own disk. */

import { html } from "../_front/dom.ts";

const LARGEST = 10_000_000; // bytes; of a larger one only its size is told

/** Puts something among the browser's downloads. */
export function download(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = html("a", { href: address, download: name });
  link.click();
  // The browser has begun to read it; an address that stays would keep the bytes for ever.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A button that has a file chosen and hands it over. */
export function opener(
  name: string,
  accept: string,
  take: (name: string, size: number, content: ArrayBuffer) => void,
  signal: AbortSignal,
): HTMLElement[] {
  const button = html("button", { type: "button" }, name);
  const file = html("input", { type: "file", accept, hidden: true, "aria-label": name });
  button.addEventListener("click", () => file.click(), { signal });
  file.addEventListener(
    "change",
    async () => {
      const [one] = file.files ?? [];
      if (!one) return;
      const fits = one.size <= LARGEST;
      take(one.name, one.size, fits ? await one.arrayBuffer() : new ArrayBuffer(0));
      file.value = ""; // the same file may be chosen again
    },
    { signal },
  );
  return [button, file];
}
