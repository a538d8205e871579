// What is compared: a network, a task, and what odin's time may at most be as a fraction of each
// peer's (null: no target); `size` is the pictures' side, 32 where it is left out. `scaling` is what two threads must at least gain over one.
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
];

export const names = {
  odin: 'odin',
  onnxruntime: 'onnxruntime-web',
  tensorflow: 'TensorFlow.js',
  'densenet-bc-100-12': 'DenseNet-BC-100-12',
  'wrn-40-2': 'WRN-40-2',
  'resnet-18': 'ResNet-18',
  'mobilenet-v2': 'MobileNetV2',
  forward: 'forward',
  odinTask: 'ODIN',
};
