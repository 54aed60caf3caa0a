import { expect, test } from "vitest";
import { linkTo, stateIn } from "../../widgets/_front/share.ts";

const PAGE = "http://lab.example/voila/render/01_neuron.ipynb?token=1";

test("a link is the page's address with the state after it", () => {
  expect(linkTo(PAGE, "neuron", "neuron.1.abc")).toBe(`${PAGE}#neuron=neuron.1.abc`);
  expect(linkTo(`${PAGE}#a-heading`, "neuron", "neuron.1.abc")).toBe(`${PAGE}#neuron=neuron.1.abc`);
});

test("the widgets of a page keep each other's states", () => {
  const first = linkTo(PAGE, "neuron", "neuron.1.abc");
  const both = linkTo(first, "neuron-2", "neuron.1.def");
  const newer = linkTo(both, "neuron", "neuron.1.ghi");
  expect(stateIn(both, "neuron")).toBe("neuron.1.abc");
  expect(stateIn(newer, "neuron")).toBe("neuron.1.ghi");
  expect(stateIn(newer, "neuron-2")).toBe("neuron.1.def");
  expect(newer.split("#")).toHaveLength(2);
});

test("a link that says nothing of a widget leaves it alone", () => {
  for (const link of [PAGE, `${PAGE}#`, `${PAGE}#a-heading`, `${PAGE}#neuron-2=neuron.1.abc`])
    expect(stateIn(link, "neuron")).toBeUndefined();
  expect(stateIn(`${PAGE}#neuron=`, "neuron")).toBe("");
});
