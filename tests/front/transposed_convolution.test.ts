import { describe, expect, it } from "vitest";
import { spread } from "../../widgets/transposed_convolution/geometry.ts";
import type { Picture } from "../../widgets/transposed_convolution/state.ts";
import { spreadSentence, stampSentence } from "../../widgets/transposed_convolution/words.ts";

/** A 3 × 3 input, and where its stamps land. */
function picture(size: number, stride = 1, padding = 0, output_padding = 0, dilation = 1): Picture {
  const table = (side: number) => Array.from({ length: side }, () => Array(side).fill(1));
  const places = [0, 1, 2].map((i) =>
    Array.from({ length: size }, (_, u) => i * stride - padding + u * dilation),
  );
  const side = 2 * stride - 2 * padding + dilation * (size - 1) + output_padding + 1;
  const made = { input: table(3), kernel: table(size), rows: places, columns: places };
  const settings = { stride, padding, output_padding, dilation };
  return { ...made, ...settings, size: [side, side] } as unknown as Picture;
}

describe("where a stamp lands is said", () => {
  it("with rows counted from 1, as far as they are of the output", () => {
    const inside = stampSentence(picture(3, 1, 1), 4);
    expect(inside).toContain("is added to rows 1 to 3 and columns 1 to 3 of the output.");
    const corner = stampSentence(picture(3, 1, 1), 0);
    expect(corner).toContain("is added to rows 1 and 2 and columns 1 and 2 of the output. What");
    expect(stampSentence(picture(2, 1, 1), 1)).toContain("to row 1 and columns 1 and 2 of");
  });

  it("without the rows that a dilated stamp skips", () => {
    const dilated = stampSentence(picture(3, 1, 0, 0, 2), 1);
    expect(dilated).toContain("to rows 1, 3 and 5 and columns 2, 4 and 6 of the output.");
  });

  it("where all of it is cut off, too", () => {
    expect(stampSentence(picture(1, 1, 1), 0)).toContain("the padding cuts it all off");
  });
});

describe("what the gather view does", () => {
  it("tells the zeros that output padding adds at the end", () => {
    expect(spreadSentence(picture(3, 2, 1, 1))).toContain(
      "between the input's cells: 1, around them: 1, at the bottom and right: 2.",
    );
  });

  it("counts what is drawn", () => {
    for (const size of [1, 2, 3, 5])
      for (const stride of [1, 2, 3])
        for (const padding of [0, 1, 2, 3])
          for (const extra of [0, 1, 2].filter((one) => one < stride)) {
            const made = picture(size, stride, padding, extra);
            if (made.size[0] < 1) continue;
            const { rows, reach } = spread(made);
            const told = (before: number, after: number) =>
              before === after ? `${before}` : `${before}, at the bottom and right: ${after}`;
            const zeros = told(rows.of(0), rows.size - 1 - rows.of(2));
            const end = rows.window(made.size[0] - 1) + reach[0];
            const skipped = told(rows.window(0), rows.size - end);
            const said = spreadSentence(made);
            expect(said).toContain(`${stride - 1}, around them: ${zeros}.`);
            if (skipped === "0") expect(said).not.toContain("no window");
            else expect(said).toContain(`at the edge that no window reaches: ${skipped}.`);
          }
  });
});
