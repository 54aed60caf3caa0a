/** Ten marks for ten classes: colour is never the only carrier. */

type Pen = Pick<Path2D, "lineTo" | "closePath" | "arc" | "rect">;
type Draw = (path: Pen, r: number) => void;

function polygon(corners: number, turn: number, inner = 1): Draw {
  return (path, r) => {
    const count = inner === 1 ? corners : 2 * corners;
    for (let i = 0; i < count; i++) {
      const radius = i % 2 && inner !== 1 ? r * inner : r;
      const angle = turn + (2 * Math.PI * i) / count;
      path.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
    }
    path.closePath();
  };
}

const UP = -Math.PI / 2;
const MARKS: Draw[] = [
  (path, r) => path.arc(0, 0, 0.9 * r, 0, 2 * Math.PI),
  polygon(4, Math.PI / 4),
  polygon(3, UP),
  polygon(4, UP, 0.38), // a star of four points
  polygon(3, -UP),
  polygon(4, UP),
  polygon(5, UP, 0.45),
  (path, r) => {
    path.rect(-r, -r / 3, 2 * r, (2 * r) / 3);
    path.rect(-r / 3, -r, (2 * r) / 3, 2 * r);
  },
  polygon(6, 0),
  polygon(3, 0),
];

/** The mark of a class as a path around the origin. */
export function mark(index: number, radius: number): Path2D {
  const path = new Path2D();
  (MARKS[index % MARKS.length] as Draw)(path, radius);
  return path;
}

/** The same mark for a drawing of lines: what the `d` of an SVG path says. */
export function outline(index: number, radius: number): string {
  let d = "";
  const at = (x: number, y: number) => `${x.toFixed(2)},${y.toFixed(2)}`;
  (MARKS[index % MARKS.length] as Draw)(
    {
      lineTo: (x, y) => {
        d += `${d === "" ? "M" : "L"}${at(x, y)}`;
      },
      closePath: () => {
        d += "Z";
      },
      arc: (x, y, r) => {
        d += `M${at(x - r, y)}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
      },
      rect: (x, y, width, height) => {
        d += `M${at(x, y)}h${width}v${height}h${-width}Z`;
      },
    },
    radius,
  );
  return d;
}
