/** Files from the learner's own disk. */

import { html } from "../_front/dom.ts";
import { LARGEST_UPLOAD } from "../_front/uploads.ts";

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
      const fits = one.size <= LARGEST_UPLOAD; // of a larger one only its size is told
      take(one.name, one.size, fits ? await one.arrayBuffer() : new ArrayBuffer(0));
      file.value = ""; // the same file may be chosen again
    },
    { signal },
  );
  return [button, file];
}
