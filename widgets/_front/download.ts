/** Puts something among the browser's downloads. */

import { html } from "./dom.ts";

export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = html("a", { href: address, download: name });
  link.click();
  // The browser reads it after the click; an address that stays would keep the bytes for ever.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
