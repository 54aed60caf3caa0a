/** What a neuron can do by itself, in the names of `lab.activations`; a test holds them together. */
export const ACTIVATIONS = [
  "step",
  "identity",
  "sigmoid",
  "tanh",
  "relu",
  "leaky_relu",
  "gelu",
  "softplus",
];
