/** Saves what is drawn: as an SVG for slides, or as a PNG at twice its size. */

import { html } from "./dom.ts";
import { download } from "./download.ts";

const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "paint-order",
  "opacity",
  "display",
  "font-family",
  "font-size",
  "font-weight",
  "font-variant-numeric",
];

/** One drawing below the other, with all styles written into them: a file has no style sheet. */
export function stacked(drawings: readonly SVGSVGElement[], paper: string, edge = 12): string {
  const shown = drawings.filter((drawing) => drawing.getBoundingClientRect().width > 0);
  let [width, height] = [0, edge];
  const parts = shown.map((drawing) => {
    const size = drawing.getBoundingClientRect();
    const copy = drawing.cloneNode(true) as SVGSVGElement;
    const originals = [drawing, ...drawing.querySelectorAll("*")];
    for (const [i, part] of [copy, ...copy.querySelectorAll("*")].entries()) {
      const style = getComputedStyle(originals[i] as Element);
      const rules = STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
      part.setAttribute("style", rules);
    }
    copy.setAttribute("x", String(edge));
    copy.setAttribute("y", String(height));
    width = Math.max(width, size.width + 2 * edge);
    height += size.height + edge;
    return new XMLSerializer().serializeToString(copy);
  });
  const size = `width="${width}" height="${height}"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}">` +
    `<rect ${size} fill="${paper}"/>${parts.join("")}</svg>`
  );
}

export function saveSvg(picture: string, name: string): void {
  download(`${name}.svg`, new Blob([picture], { type: "image/svg+xml" }));
}

export async function savePng(picture: string, name: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`;
  await image.decode();
  const canvas = html("canvas", { width: 2 * image.width, height: 2 * image.height });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && download(`${name}.png`, blob));
}
