/** Each setting in one sentence. */

export const EXPLANATIONS: Record<string, string> = {
  learning_rate: "How far each step goes: too small and it crawls, too large and it overshoots.",
  momentum: "How much of the last step goes on in the next one, as a ball keeps rolling.",
  weight_decay: "Pulls every weight a little toward 0 in each step, against learning by heart.",
  batch_size: "How many images are looked at for one step: more are calmer, fewer are quicker.",
  schedule: "How the learning rate changes from the first step to the last.",
  epochs: "How many times all training images are gone through.",
  optimizer: "The rule that turns gradients into steps.",
  loss: "What counts as an error, and how much.",
  class_weights: "“balanced” lets the images of rare classes count more.",
  dropout:
    "The share of neurons that the dropout layers leave out at random in each training step.",
  shift: "Moves each training image at random by up to this share of its side.",
  rotate: "Turns each training image at random by up to this angle.",
  flip: "Mirrors every second training image, left to right.",
  noise: "Adds grain to each training image: its standard deviation, white being 1.",
  erase: "Blots out a square of each training image, up to this share of its side.",
  dataset: "The images to learn from, and those to be tested by.",
  root: "The folder on the machine where Python runs, or the ZIP file with your images.",
  upload: "A ZIP file of at most 10 MB with one folder of images for each class.",
  model: "The network that learns. All of them get the same images.",
  seed: "Decides the first weights and the order of the images: the same seed, the same run.",
  device: "Where the network computes; “auto” takes a GPU if there is one.",
  precision: "How exactly the network computes; bfloat16 is quicker where the device knows it.",
  "organs noise": "The grain of the images, as of a scanner with a low dose.",
  "organs imbalance": "Makes some classes rarer among the training images.",
  "organs shortcut":
    "Plants a text marker in the training images of one class: will it learn the marker?",
  "organs shift": "Takes the test images with another scanner: other contrast, blur and rotation.",
};
