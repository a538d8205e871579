// What is compared: a network, a task, and what odin's time may at most be as a fraction of each
// peer's (null: no target); `size` is the pictures' side, 32 where it is left out, and `batch` how many there are, 1 where it is left out.
// `scaling` is what two threads must at least gain over one. TensorFlow.js takes the fastest of its backends that can do the task (its
// wasm backend has no gradient of a convolution's filter).
export const rows = [
  {
    network: 'densenet-bc-100-12',
    task: 'forward',
    targets: { onnxruntime: 0.5, tensorflow: null },
    scaling: 1.6,
  },
  { network: 'densenet-bc-100-12', task: 'odin', targets: { tensorflow: 0.1 }, scaling: 1.6 },
  {
    network: 'wrn-40-2',
    task: 'forward',
    targets: { onnxruntime: 0.6, tensorflow: null },
    scaling: 1.6,
  },
  { network: 'wrn-40-2', task: 'odin', targets: { tensorflow: null }, scaling: 1.6 },
  {
    network: 'resnet-18',
    size: 224,
    task: 'forward',
    targets: { onnxruntime: 0.7 },
    scaling: 1.6,
  },
  {
    network: 'mobilenet-v2',
    size: 224,
    task: 'forward',
    targets: { onnxruntime: 0.7 },
    scaling: 1.6,
  },
  { network: 'mobilenet-v2', size: 224, task: 'odin', targets: {}, scaling: 1.6 },
  {
    network: 'densenet-bc-40-12',
    task: 'step',
    batch: 16,
    targets: { tensorflow: 0.25 },
    scaling: null,
  },
  {
    network: 'convnet-16-32-64',
    task: 'step',
    batch: 64,
    targets: { tensorflow: 0.25 },
    scaling: null,
  },
  { network: 'densenet-bc-40-12', task: 'gradient', targets: { jax: 0.1 }, scaling: null },
  { network: 'convnet-16-32', task: 'forward', targets: { tensorflow: 1 }, scaling: null },
  { network: 'convnet-16-32', task: 'gradient', targets: { tensorflow: 1 }, scaling: null },
];

export const names = {
  odin: 'odin',
  onnxruntime: 'onnxruntime-web',
  tensorflow: 'TensorFlow.js',
  jax: 'jax-js',
  'densenet-bc-100-12': 'DenseNet-BC-100-12',
  'densenet-bc-40-12': 'DenseNet-BC-40-12',
  'convnet-16-32-64': 'ConvNet 3-16-32-64',
  'convnet-16-32': 'ConvNet 3-16-32',
  'wrn-40-2': 'WRN-40-2',
  'resnet-18': 'ResNet-18',
  'mobilenet-v2': 'MobileNetV2',
};

export const tasks = {
  forward: 'forward',
  odin: 'ODIN',
  step: 'training step',
  gradient: 'gradient of the picture',
};
