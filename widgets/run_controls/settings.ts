/** All settings of a run: what changes while it learns, and what begins anew. */

import { html, set, write } from "../_front/dom.ts";
import { short } from "../_front/numbers.ts";
import { EXPLANATIONS } from "./explanations.ts";
import {
  differing,
  doublings,
  even,
  type Field,
  line,
  list,
  number,
  type Place,
  powers,
  tick,
} from "./fields.ts";
import type { Offers, Plain, Settings, Value } from "./state.ts";

const HINT = "Point at a setting to read what it does.";

const WORDS: Record<string, string> = {
  sgd: "SGD",
  nesterov: "SGD, Nesterov",
  adam: "Adam",
  adamw: "AdamW",
  rmsprop: "RMSprop",
  adagrad: "Adagrad",
  nadam: "NAdam",
  cross_entropy: "cross-entropy",
  nll: "NLL of log-softmax",
  lenet: "LeNet",
  "tiny vgg": "Tiny VGG",
  mlp: "MLP",
  own: "your own",
  mnist: "MNIST",
  fashion_mnist: "Fashion-MNIST",
  images: "own images",
  cpu: "CPU",
  cuda: "GPU (CUDA)",
  mps: "GPU (Apple)",
};

const SHARE = {
  ...even(0, 0.5, 0.01, 2),
  text: (value: number) => `${short(Number((100 * value).toFixed(1)))} %`,
  unit: 0.01,
};

/** What Python holds, and the one way to change it. */
export interface Holder {
  settings(): Settings;
  offers(): Offers;
  /** Whether the network has dropout layers: without them, dropout changes nothing. */
  hasDropout(): boolean;
  change(part: Partial<Settings>): void;
  upload(file: File): void;
}

export function settingsPanel(holder: Holder, signal: AbortSignal) {
  let pending: Partial<Settings> = {}; // waits for the button that begins anew
  const { choices, withoutRoot, live, options } = holder.offers();
  const asked = (): Settings => ({ ...holder.settings(), ...pending });
  const fields: Field[] = [];
  const hint = html("p", { class: "hint" }, HINT);
  const begin = html("button", { type: "button", class: "main" }, "Begin anew");

  const give = (part: Partial<Settings>) => {
    const names = Object.keys(part);
    if (names.every((name) => live.includes(name))) holder.change(part);
    else pending = { ...pending, ...part };
    show();
  };
  const plain = (name: Plain): Place => ({
    get: () => asked()[name],
    set: (value) => give({ [name]: value }),
  });
  const within = (table: "augmentation" | "options", name: string): Place => ({
    get: () => asked()[table][name] ?? 0,
    set: (value) => give({ [table]: { ...asked()[table], [name]: value } }),
  });
  const explained = (name: string, field: Field): Field => {
    const sentence = EXPLANATIONS[name] as string;
    for (const event of ["focusin", "pointerenter"])
      field.node.addEventListener(event, () => write(hint, sentence), { signal });
    for (const part of field.node.querySelectorAll("[role=slider], input, select"))
      set(part, { "aria-description": sentence });
    field.node.dataset.setting = name;
    fields.push(field);
    return field;
  };
  const amount = (name: Plain, label: string, track: Parameters<typeof number>[1]) =>
    explained(name, number(label, track, plain(name), signal)).node;
  const chosen = (name: Plain, label: string, place = plain(name)) =>
    explained(name, list(label, choices[name] ?? [], WORDS, place, signal)).node;

  const share = even(0, 0.95, 0.05, 2);
  const dropout = amount("dropout", "Dropout", {
    ...share,
    text: (value) => (asked().dropout === null ? "as built" : share.text(value)),
  });
  const momentum = amount("momentum", "Momentum", even(0, 0.99, 0.01, 2));
  const learning = [
    amount("learning_rate", "Learning rate", powers(-4, 0)),
    momentum,
    amount("weight_decay", "Weight decay", powers(-6, -1, true)),
    dropout,
    amount("batch_size", "Batch size", doublings(9)),
    amount("epochs", "Epochs", even(1, 100, 1, 0)),
    chosen("schedule", "Schedule"),
  ];
  const errors = [chosen("loss", "Loss"), chosen("class_weights", "Class weights")];
  const changes = (name: string, label: string, track: Parameters<typeof number>[1]) =>
    explained(name, number(label, track, within("augmentation", name), signal)).node;
  const augmentation = [
    changes("shift", "Shift", SHARE),
    changes("rotate", "Rotate", { ...even(0, 180, 1, 0), text: (value) => `${value}°` }),
    changes("noise", "Noise", even(0, 1, 0.01, 2)),
    changes("erase", "Erase", { ...SHARE, high: 0.8 }),
    explained("flip", tick("Flip", within("augmentation", "flip"), signal)).node,
  ];

  const dataset = chosen("dataset", "Data", {
    get: () => asked().dataset,
    set: (value: Value) =>
      give({
        dataset: String(value),
        root: withoutRoot.includes(String(value)) ? null : asked().root,
        options: { ...(options[String(value)] ?? {}) },
      }),
  });
  const root = explained("root", line("Folder", false, plain("root"), signal)).node;
  const file = html("input", { type: "file", accept: ".zip", class: "visually-hidden" });
  const upload = html("label", { class: "control upload" }, "Or upload a ZIP …", file);
  explained("upload", { node: upload, show: () => {} });
  file.addEventListener(
    "change",
    () => {
      const [chosenFile] = file.files ?? [];
      if (chosenFile) holder.upload(chosenFile);
      file.value = "";
      pending = {};
      show();
    },
    { signal },
  );
  const organs = Object.entries(ORGANS).map(([name, { label, track }]) => {
    const place = within("options", name);
    const field = track ? number(label, track, place, signal) : tick(label, place, signal);
    return explained(`organs ${name}`, field).node;
  });
  const anew = [
    dataset,
    root,
    upload,
    ...organs,
    chosen("model", "Network"),
    chosen("optimizer", "Optimizer"),
    explained("seed", line("Seed", true, plain("seed"), signal)).node,
    chosen("device", "Device"),
    chosen("precision", "Precision"),
    begin,
  ];
  begin.addEventListener(
    "click",
    () => {
      const part = pending;
      pending = {};
      holder.change(part);
      show();
    },
    { signal },
  );

  const group = (title: string, ...nodes: Node[]) =>
    html("section", { "aria-label": title }, html("h4", {}, title), ...nodes);
  const node = html(
    "div",
    { class: "groups" },
    group("Changes while it learns", ...learning),
    html(
      "div",
      {},
      group("Augmentation", ...augmentation),
      group("What counts as an error", ...errors),
    ),
    group("Begins anew", ...anew),
  );

  /** Whether a setting, or an option of the organs, waits for the button that begins anew. */
  function waiting(name: string): boolean {
    const option = name.replace("organs ", "");
    if (option === name) return name in pending;
    const asked = pending.options?.[option];
    return asked !== undefined && asked !== holder.settings().options[option];
  }

  function show(): void {
    pending = differing(pending, holder.settings()); // what is so already waits no more
    const settings = asked();
    dropout.hidden = !holder.hasDropout();
    momentum.hidden = !["sgd", "nesterov"].includes(settings.optimizer);
    const filed = !withoutRoot.includes(settings.dataset);
    root.hidden = !filed;
    upload.hidden = settings.dataset !== "images";
    for (const one of organs) one.hidden = settings.dataset !== "organs";
    const waits = Object.keys(pending).length > 0;
    set(begin, { disabled: !waits });
    for (const one of fields) {
      one.show();
      set(one.node, { "data-pending": waiting(one.node.dataset.setting ?? "") });
    }
  }
  return { nodes: [node, hint], show };
}

const ORGANS = {
  noise: { label: "Image noise", track: even(0, 1, 0.02, 2) },
  imbalance: {
    label: "Imbalance",
    track: { ...even(1, 50, 1, 0), text: (v: number) => `${v} : 1` },
  },
  shift: { label: "Test shift", track: even(0, 1, 0.05, 2) },
  shortcut: { label: "Shortcut", track: null }, // yes or no
};
