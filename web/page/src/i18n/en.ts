export const en = {
  title: 'odin: does this picture belong?',
  languageName: 'English',

  header: {
    home: 'odin, to the top of the page',
    tabs: 'Views',
    try: 'Try it',
    how: 'How it works',
    language: 'Language',
    themes: { light: 'Light colours', dark: 'Dark colours' },
    skip: 'Skip to the picture',
  },

  hero: {
    question: 'Does this picture belong to what the network was trained on?',
    lead: (count: number) =>
      `This network knows ${count === 10 ? 'ten' : count} kinds of things and puts one of their names on any picture, often with great confidence. ODIN asks whether to believe it.`,
    privacy: 'Everything runs in your browser. No picture leaves your device.',
  },

  input: {
    title: 'The picture',
    asSeen: (width: number, height: number) =>
      `As the network sees it: ${width} × ${height} pixels`,
    sources: 'Where the picture comes from',
    tabs: {
      samples: 'Samples',
      upload: 'Upload',
      camera: 'Camera',
      drawing: 'Draw',
      noise: 'Noise',
    },
    samplesHint: (classes: string) =>
      `All drawn by a program. Ten show what the network knows (${classes}), seven do not.`,
    samplesOfOthers:
      'All drawn by a program, as 32 × 32 pixels, for the networks that come with the page.',
    upload: 'Choose a picture',
    uploadHint: 'or drop one anywhere on this page, or paste it',
    drop: 'Let go to judge this picture',
    cameraStart: 'Start the camera',
    cameraStop: 'Stop and keep this frame',
    cameraHint: 'A few frames a second, judged as they come. Nothing is recorded or sent.',
    cameraWaiting: 'Waiting for the camera. Your browser may ask for permission.',
    cameraView: 'What the camera sees',
    pad: 'Drawing pad. Move with the arrow keys, draw with the space bar.',
    padHint: 'Draw with finger, pen or mouse: a boat on water? An animal?',
    colour: 'Colour',
    colours: {
      black: 'Black',
      white: 'White',
      grey: 'Grey',
      brown: 'Brown',
      red: 'Red',
      orange: 'Orange',
      yellow: 'Yellow',
      green: 'Green',
      sky: 'Sky blue',
      blue: 'Blue',
    },
    brush: 'Brush',
    fill: 'Fill all',
    clear: 'Clear',
    noise: { uniform: 'Uniform', gaussian: 'Gaussian' },
    noiseKind: 'Kind of noise',
    noiseHint: {
      uniform: 'Every value between black and white is as likely as any other.',
      gaussian: 'Normal with mean 0.5 and deviation 1, clipped to black and white.',
    },
    seed: 'Seed',
    another: 'Another one',
    names: {
      upload: 'Your picture',
      camera: 'Camera picture',
      drawing: 'Your drawing',
      uniform: (seed: number) => `Uniform noise, seed ${seed}`,
      gaussian: (seed: number) => `Gaussian noise, seed ${seed}`,
    },
  },

  samples: {
    airplane: 'Airplane',
    automobile: 'Automobile',
    bird: 'Bird',
    cat: 'Cat',
    deer: 'Deer',
    dog: 'Dog',
    frog: 'Frog',
    horse: 'Horse',
    ship: 'Ship',
    truck: 'Truck',
    checkerboard: 'Checkerboard',
    color_bars: 'Colour bars',
    gaussian_noise: 'Gaussian noise',
    gradient: 'Gradient',
    mandelbrot: 'Mandelbrot set',
    text: 'Text',
    uniform_noise: 'Uniform noise',
  } as Record<string, string>,

  classes: {
    airplane: 'airplane',
    automobile: 'automobile',
    bird: 'bird',
    cat: 'cat',
    deer: 'deer',
    dog: 'dog',
    frog: 'frog',
    horse: 'horse',
    ship: 'ship',
    truck: 'truck',
  } as Record<string, string>,

  verdict: {
    title: 'The verdict',
    network: 'The network says',
    sure: (percent: string) => `${percent} sure`,
    odin: 'ODIN says',
    in: 'It belongs',
    out: 'It does not belong',
    unknown: 'No verdict',
    explainIn: (name: string) =>
      `The score is among those of the photographs the network was trained on, so “${name}” may well be right.`,
    explainOut: (name: string) =>
      `The score is lower than those of 95% of the photographs the network knows. Do not believe “${name}”.`,
    explainUnknown: 'No threshold is known for these settings, so the score stands alone.',
    score: 'Score',
    threshold: 'Threshold',
    margin: {
      below: 'below the threshold',
      above: 'above the threshold',
    },
    baseline: 'Baseline',
    baselineIn: 'The confidence alone would have believed it.',
    baselineOut: 'The confidence alone would have doubted it, too.',
    fooled: 'ODIN is wrong here: this is none of the ten kinds.',
    fallible:
      'The threshold keeps 95% of the known photographs, and lets some of everything else through.',
    spoken: (picture: string, verdict: string, name: string, percent: string) =>
      `${picture}: ${verdict}. The network says ${name}, ${percent} sure.`,
    waiting: 'Judging …',
    kept: 'What you see was computed earlier.',
  },

  controls: {
    title: 'What ODIN does to the picture',
    lead: 'It nudges every pixel a little towards what would make the network surer, and divides the outputs by a temperature. Pictures of known things answer to the nudge more than others do.',
    temperature: 'Temperature T',
    temperatureHelp: 'Softens the confidence, so that small differences show.',
    epsilon: 'Step ε',
    epsilonHelp: (levels: string) => `Each pixel moves by ${levels} of its 256 levels.`,
    direction: 'Direction of the step',
    odin: 'ODIN: surer',
    fgsm: 'FGSM: less sure',
    directionHelp: {
      odin: 'Against the gradient of −log S: the network’s top answer grows.',
      fgsm: 'Along the gradient, the same size of step: an attack that makes the network doubt.',
    },
    reset: 'Back to the tuned settings',
  },

  step: {
    picture: 'Picture',
    gradient: 'Gradient',
    gradientHelp: 'Where a change matters most to the answer. Grey: not at all.',
    change: 'Change',
    changeHelp: (times: string) =>
      `ε for each pixel, up or down by the sign of the gradient, shown ${times}× stronger.`,
    noChange: 'ε is 0: nothing is changed.',
    moved: 'Moved picture',
    movedHelp: 'To our eyes the same.',
    asPicture: (name: string, width: number, height: number) =>
      `${name}, ${width} by ${height} pixels`,
  },

  bars: {
    title: 'The network’s answers',
    before: 'as it is',
    after: 'after the step',
    lead: 'Probabilities at T = 1, before and after the step.',
    tableCaption: 'Probability of each class before and after the step',
    class: 'Class',
    noAnswer: 'Nothing to show yet.',
  },

  histogram: {
    title: 'Among known scores',
    lead: 'Every picture gets a score. Right of the dashed line lie 95% of the photographs the network knows. On which side is this one?',
    odin: 'ODIN score',
    baseline: 'Baseline: confidence',
    against: 'Compared with',
    thisPicture: 'this picture',
    threshold: 'threshold',
    passes: (share: string, set: string) => `${set}: ${share} lie above the threshold`,
    none: 'This model comes without score histograms, so there is nothing to compare with.',
    noneHere: 'No scores are known at these settings.',
    loading: 'Loading the scores of known pictures …',
    alt: (score: string, threshold: string, side: string) =>
      `Histogram of scores. This picture: ${score}. Threshold: ${threshold}. The picture is ${side}.`,
    sets: {
      'CIFAR-10': 'CIFAR-10 photographs',
      'TinyImageNet (crop)': 'TinyImageNet (cut out)',
      'TinyImageNet (resize), aliased': 'TinyImageNet (reduced)',
      Uniform: 'uniform noise',
      Gaussian: 'Gaussian noise',
    } as Record<string, string>,
  },

  curves: {
    title: 'This picture at other settings',
    temperature: 'Over the temperature',
    temperatureLead: 'Score in units of the threshold: 0 is a guess, 1 is the threshold.',
    temperaturePlain: 'Score at each temperature.',
    epsilon: 'Over the step',
    epsilonLead: 'Score after steps of growing size, and the threshold for each.',
    score: 'score',
    threshold: 'threshold',
    axisT: 'temperature T',
    axisEpsilon: 'step ε',
    loading: 'Computing the curves …',
    slow: (seconds: string) =>
      `For this network the two curves take about ${seconds} seconds, so they wait to be asked for.`,
    compute: 'Compute the curves',
    alt: (from: string, to: string, first: string, last: string) =>
      `The score goes from ${first} at ${from} to ${last} at ${to}.`,
    asTable: 'As a table',
  },

  engine: {
    title: 'Under the hood',
    model: 'Model',
    time: 'Time for this picture',
    milliseconds: (ms: string) => `${ms} ms`,
    timeHelp: 'forward, backward and forward again',
    threads: 'Threads',
    simd: 'Vectors',
    simdNames: { none: 'none', simd128: '128 bit', relaxed: '128 bit, relaxed' },
    parameters: (n: string) => `${n} parameters`,
    madds: (n: string) => `${n} multiply-adds`,
    reasons: {} as Record<string, string>,
    starting: 'Starting the engine …',
    loading: (percent: string) => `Loading the network … ${percent}`,
    progress: 'Loading the network',
    own: 'Use a model of your own',
    ownHelp:
      'A .safetensors file made by “odin train” or “odin convert” (of an ONNX model, too), 256 MiB at most, chosen here or dropped anywhere. It stays on your device.',
    facts: {
      title: (name: string) => `What ${name} can do here`,
      size: (width: number, height: number, shorter: number | null) =>
        shorter === null
          ? `It sees ${width} × ${height} pixels: every picture is squeezed to that.`
          : `It sees ${width} × ${height} pixels: the shorter side becomes ${shorter}, then the middle is taken.`,
      anySize: (longest: number | null) =>
        `It takes pictures of any size${longest === null ? '' : `, up to ${longest} pixels a side`}.`,
      grey: 'It sees grey: colours are left out.',
      classes: (count: string, nameless: boolean) =>
        `It knows ${count} classes${nameless ? ', which its file gives no names: “odin convert --classes” does' : ''}.`,
      scores:
        'Its confidence and its ODIN score are computed for any T and ε, with the gradient that the step needs.',
      threshold:
        'Its file has a threshold, so that there is a verdict at the settings it was tuned to.',
      noThreshold:
        'Its file has no threshold, so that there is no verdict: “odin tune” finds one with pictures that belong and others that do not.',
      noNormalization:
        'Its file says no mean of the pixels: if it was trained with one, “odin convert --preset imagenet” or “--mean” and “--std” give it.',
    },
    network: 'Network',
    networkSize: (title: string, megabytes: string) => `${title} (${megabytes} MB)`,
    networkHelp:
      'The two larger ones are right more often and tell strange photographs better, but take longer. Each is fetched when you choose it.',
    share: 'Copy a link to this view',
    shared: 'Link copied',
    shareBlocked: 'Copying is blocked here: take the link from the address bar.',
    updated: 'A new version of this page is ready.',
    reload: 'Reload',
  },

  problems: {
    dismiss: 'Dismiss',
    retry: 'Try again',
    unsupported: (detail: string) =>
      `This browser cannot run the engine (${detail}). Try a current Firefox, Chrome, Edge or Safari. The samples below still show their kept results.`,
    engineDownload: (detail: string) =>
      `The engine could not be loaded (${detail}). Check the connection and try again. The samples still show their kept results.`,
    modelDownload: (name: string, detail: string) =>
      `The model ${name} could not be loaded (${detail}). Check the connection and try again.`,
    modelTooLarge: (name: string) =>
      `${name} is larger than 256 MiB. Choose a smaller model, or use the native program for this one.`,
    modelInvalid: (name: string, detail: string) =>
      `${name} is no model that odin can read: ${detail}. Choose a .safetensors file made by “odin train” or “odin convert”. The model before it is still in use.`,
    ownModelInLink: (name: string) =>
      `This link was made with the model file ${name}, which is not part of the link. Load that file to see the same; until then the shipped model is used.`,
    notAPicture: (name: string) =>
      `${name} is no picture that this browser can read. Choose a PNG, JPEG, WebP or BMP file.`,
    cameraBlocked:
      'The camera is blocked. Allow it in the address bar or in the settings of your browser, then start it again.',
    cameraMissing: 'No camera was found. Connect one, or choose a picture instead.',
    cameraUnavailable:
      'The camera could not be started: another program may be using it, or this page was not opened by https.',
    sample: (name: string) =>
      `The sample ${name} could not be fetched. Check the connection, then choose it again.`,
    judge: (detail: string) => `The picture could not be judged: ${detail}`,
    howFailed: 'This part of the page could not be loaded. Check the connection and reload.',
  },

  how: { loading: 'Loading …' },

  footer: {
    text: 'The same C++ as the native program: a small tensor library with its own automatic differentiation, compiled to WebAssembly.',
    paper: 'The method: Liang, Li, Srikant, ICLR 2018',
    bench: 'Measure it on your machine',
  },
};

/** The same keys in every language: a missing one does not compile. */
export type Strings = typeof en;
