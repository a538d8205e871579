// DenseNet-BC, Wide ResNet and a small ConvNet in TensorFlow.js with random weights. For inference a
// batch-norm is one multiplication and one addition a channel; in training it takes the batch's
// statistics. Pictures are [N, height, width, C].

let isTraining = false;

const weights = (...shape) => tf.variable(tf.randomNormal(shape, 0, 0.05));

function conv(inputs, outputs, kernel, stride = 1) {
  const w = weights(kernel, kernel, inputs, outputs);
  return (x) => tf.conv2d(x, w, stride, 'same');
}

function normRelu(channels) {
  const [scale, shift] = [weights(channels), weights(channels)];
  return (x) => {
    if (!isTraining) return tf.relu(tf.add(tf.mul(x, scale), shift));
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.relu(tf.batchNorm(x, mean, variance, shift, scale, 1e-5));
  };
}

const chain = (layers) => (x) => layers.reduce((value, layer) => layer(value), x);

function head(channels, classes) {
  const [last, w, bias] = [normRelu(channels), weights(channels, classes), weights(classes)];
  return (x) => tf.add(tf.matMul(tf.mean(last(x), [1, 2]), w), bias);
}

/** Batch-norm, ReLU, 1x1 to 4k; batch-norm, ReLU, 3x3 to k; behind the input's channels. */
function bottleneck(channels, growth) {
  const layers = [
    normRelu(channels),
    conv(channels, 4 * growth, 1),
    normRelu(4 * growth),
    conv(4 * growth, growth, 3),
  ];
  return (x) => tf.concat([x, chain(layers)(x)], 3);
}

function densenet(depth, growth) {
  const count = (depth - 4) / 6;
  let channels = 2 * growth;
  const layers = [conv(3, channels, 3)];
  for (let block = 0; block < 3; block++) {
    for (let i = 0; i < count; i++, channels += growth) layers.push(bottleneck(channels, growth));
    if (block === 2) break;
    layers.push(normRelu(channels), conv(channels, channels / 2, 1));
    layers.push((x) => tf.avgPool(x, 2, 2, 'valid'));
    channels /= 2;
  }
  return chain([...layers, head(channels, 10)]);
}

/** Pre-activation; where the width changes, the shortcut is a 1x1 convolution of what was activated. */
function wideBlock(inputs, outputs, stride) {
  const activate = normRelu(inputs);
  const rest = chain([
    conv(inputs, outputs, 3, stride),
    normRelu(outputs),
    conv(outputs, outputs, 3),
  ]);
  const shortcut = inputs === outputs ? null : conv(inputs, outputs, 1, stride);
  return (x) => {
    const active = activate(x);
    return tf.add(rest(active), shortcut ? shortcut(active) : x);
  };
}

function wideResnet(depth, width) {
  const count = (depth - 4) / 6;
  let channels = 16;
  const layers = [conv(3, channels, 3)];
  for (const [group, base] of [16, 32, 64].entries())
    for (let i = 0; i < count; i++) {
      layers.push(wideBlock(channels, base * width, i === 0 && group > 0 ? 2 : 1));
      channels = base * width;
    }
  return chain([...layers, head(channels, 10)]);
}

/** Convolution 3x3, batch-norm, ReLU, max-pooling, once for each width; the mean over what is left. */
function convnet(widths) {
  const layers = widths.flatMap((width, i) => [
    conv(i === 0 ? 3 : widths[i - 1], width, 3),
    normRelu(width),
    (x) => tf.maxPool(x, 2, 2, 'valid'),
  ]);
  const [w, bias] = [weights(widths.at(-1), 10), weights(10)];
  return chain([...layers, (x) => tf.add(tf.matMul(tf.mean(x, [1, 2]), w), bias)]);
}

export function makeNetwork(name, training = false) {
  isTraining = training;
  const widths = /^convnet-([\d-]+)$/.exec(name)?.[1].split('-').map(Number);
  if (widths) return convnet(widths);
  const [, kind, first, second] = /^(densenet-bc|wrn)-(\d+)-(\d+)$/.exec(name);
  return (kind === 'wrn' ? wideResnet : densenet)(Number(first), Number(second));
}
