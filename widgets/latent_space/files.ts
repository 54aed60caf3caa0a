/** Saves the files that Python sends. */

import { download } from "../_front/download.ts";

type Hear = (message: { files?: Record<string, string> }) => void;

export interface Sender {
  on(event: "msg:custom", hear: Hear): void;
  off(event: "msg:custom", hear: Hear): void;
}

export function saveFiles(model: Sender, signal: AbortSignal): void {
  const hear: Hear = ({ files }) => {
    for (const [name, text] of Object.entries(files ?? {})) {
      download(name, new Blob([text], { type: "text/tab-separated-values" }));
    }
  };
  model.on("msg:custom", hear);
  signal.addEventListener("abort", () => model.off("msg:custom", hear));
}
