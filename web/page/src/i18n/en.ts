/** With its article, as the ten kinds' names need it. */
const a = (name: string) => (/^[aeiou]/i.test(name) ? `an ${name}` : `a ${name}`);

export const en = {
  title: 'odin: does this picture belong?',
  languageName: 'English',

  header: {
    home: 'odin, to the top of the page',
    tabs: 'Views',
    try: 'Try it',
    how: 'How it works',
    teach: 'Teach it',
    play: 'Playground',
    language: 'Language',
    themes: { light: 'Light colours', dark: 'Dark colours' },
    skip: 'Skip to the picture',
  },

  hero: {
    question: 'Does this picture belong to what the network was trained on?',
    kind: a,
    quoted: (name: string) => `“${name}”`,
    claim: (what: string, percent: string) =>
      `This network is ${percent} sure that this is ${what}.`,
    isIt: 'Is it?',
    itIs: 'It is.',
    itIsNot: 'It isn’t.',
    fooled: (what: string, percent: string) =>
      `ODIN is wrong here: the network is ${percent} sure that this is ${what}, and ODIN lets it pass. It isn’t.`,
    misled: (what: string, really: string) =>
      `ODIN is wrong here: it lets “${what}” pass, and this is ${really}.`,
    tooStrict: (what: string) =>
      `ODIN is wrong here: this is ${what}, as the network says, and ODIN doubts it.`,
    lead: (count: number) =>
      `It was taught ${count === 10 ? 'ten' : count === 100 ? 'a hundred' : count} kinds of things and gives every picture one of their names. ODIN asks whether to believe it.`,
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
    strangeRow: 'Never taught',
    taughtRow: 'Taught',
    patternsRow: 'Patterns',
    thingsRow: 'Things',
    odinRight: 'ODIN is right.',
    odinWrong: 'ODIN is wrong.',
    samplesHint: 'All drawn by a program.',
    samplesOfOthers:
      'All drawn by a program, as 32 × 32 pixels, for the networks that come with the page.',
    upload: 'Choose a picture',
    uploadHint: 'or drop one anywhere on this page, or paste it',
    original: (name: string, width: number, height: number) =>
      `${name} as it is, ${width} by ${height} pixels`,
    originalHint: 'Your picture as it is.',
    squareHint: 'Drag the square that the network is to see.',
    wholeHint: 'Squeezed to a square: things change their shape.',
    part: 'Part of the picture',
    parts: { square: 'A square of it', whole: 'All of it' },
    square: 'The square that the network sees',
    drop: 'Let go to judge this picture',
    cameraStart: 'Start the camera',
    cameraStop: 'Stop and keep this frame',
    cameraHint: 'A few frames a second, judged as they come. Nothing is recorded or sent.',
    cameraWaiting: 'Waiting for the camera. Your browser may ask for permission.',
    cameraView: 'What the camera sees',
    pad: 'Drawing pad. Move with the arrow keys, draw with the space bar.',
    padHint: 'Draw with finger, pen or mouse: something that it was never taught?',
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

  /** Where a class's own name, with spaces, is not what people call it. */
  classes: {} as Record<string, string>,

  verdict: {
    title: 'The verdict',
    network: 'The network says',
    sure: (percent: string) => `${percent} sure`,
    odin: 'ODIN says',
    in: 'It may belong',
    out: 'It does not belong',
    unknown: 'No verdict',
    explainUnknown: 'No threshold is known for these settings, so the score stands alone.',
    lowerThan: (percent: string) =>
      `Its score is lower than that of ${percent} of known photographs.`,
    lowerThanAll: 'Its score is lower than that of nearly every known photograph.',
    higherThanAll: 'Its score is higher than that of nearly every known photograph.',
    passToo: (share: string, set: string) => `But ${share} of ${set} pass as well.`,
    wouldPass: (share: string, set: string) => `${share} of ${set} pass.`,
    likes: {
      'TinyImageNet (resize), triangle filter': 'strange photographs made as small as this',
      Uniform: 'pictures of uniform noise',
      Gaussian: 'pictures of Gaussian noise',
    } as Record<string, string>,
    largerSays: (title: string, name: string, sure: string, verdict: string) =>
      `The larger ${title} says “${name}”, ${sure} sure; ODIN then: ${verdict}.`,
    largerUnknown: (title: string) => `The larger ${title} lets fewer strange pictures pass.`,
    tryLarger: 'Try the larger network',
    share: 'Copy a link',
    digits: 'Digits',
    score: 'Score',
    threshold: 'Threshold',
    margin: {
      below: 'below the threshold',
      above: 'above the threshold',
    },
    baselineIn: 'The confidence alone would have believed it.',
    baselineOut: 'The confidence alone would have doubted it, too.',
    spoken: (picture: string, verdict: string, name: string, percent: string) =>
      `${picture}: ${verdict}. The network says ${name}, ${percent} sure.`,
    waiting: 'Judging …',
    kept: 'What you see was computed earlier.',
  },

  controls: {
    title: 'What ODIN does to the picture',
    lead: 'It nudges every pixel a little towards what would make the network surer, and divides the outputs by a temperature. Pictures of known things answer to the nudge more than others do.',
    temperature: 'Temperature T',
    temperatureHelp: 'Softens the confidence.',
    epsilon: 'Step ε',
    epsilonHelp: (levels: string) => `${levels} of 256 levels a pixel.`,
    direction: 'Direction of the step',
    odin: 'ODIN: surer',
    fgsm: 'FGSM: less sure',
    directionHelp: {
      odin: 'Against the gradient of −log S: the network’s top answer grows.',
      fgsm: 'Along the gradient, the same size of step: an attack that makes the network doubt.',
    },
    reset: 'Back to the tuned settings',
    how: 'See it in three beats',
  },

  networks: {
    title: 'What each network says',
    lead: 'Each at the settings it was tuned to, the one in use at yours. Of the first three larger ones let fewer strange pictures pass; none rejects all. The last was taught other things, a hundred kinds.',
    notAsked: 'not asked yet',
    ask: (megabytes: string) => `Ask the others (${megabytes} MB)`,
    asking: 'Fetching …',
    failed: 'The others could not be fetched. Check the connection and ask again.',
    used: 'In use',
    use: (megabytes: string) => `Use it (${megabytes} MB)`,
  },

  scores: {
    title: 'Other scores of this picture',
    lead: 'ODIN is one way to ask; here are all that this network can answer. A higher score means that the picture is more like what was taught.',
    method: 'Score',
    looksAt: 'What it looks at',
    score: 'This picture',
    threshold: 'Threshold',
    says: 'Verdict',
    above: 'above',
    below: 'below',
    noThreshold: 'none known',
    baselineHistogram: 'The confidence among those of known pictures',
    names: {
      odin: 'ODIN',
      msp: 'Confidence',
      'max-logit': 'Largest logit',
      energy: 'Energy',
      gradnorm: 'GradNorm',
      gen: 'GEN',
      'ash-p': 'ASH-P',
      'ash-b': 'ASH-B',
      'ash-s': 'ASH-S',
      scale: 'SCALE',
      'temp-scale': 'Calibrated confidence',
      'kl-matching': 'KL matching',
      mahalanobis: 'Mahalanobis',
      rmds: 'Relative Mahalanobis',
      knn: 'Nearest neighbours',
      vim: 'ViM',
      residual: 'Residual',
      react: 'ReAct',
      dice: 'DICE',
      she: 'SHE',
      fdbd: 'fDBD',
      nnguide: 'NNGuide',
    } as Record<string, string>,
    looks: {
      odin: 'How large the confidence at a high temperature becomes after a nudge that raises it.',
      msp: 'How sure the network says it is: the baseline.',
      'max-logit': 'The largest of the numbers from which the confidence is made.',
      energy: 'All these numbers together, the large ones most.',
      gradnorm: 'How far the last layer would have to change to know nothing.',
      gen: 'How much of the confidence lies on few classes.',
      'ash-p': 'The energy of the strongest features alone.',
      'ash-b': 'The same, with all of these made equal.',
      'ash-s': 'The same, scaled by how strong they are among all.',
      scale: 'The energy of all features, scaled by how strong the strongest are.',
      'temp-scale': 'How sure the network is once its temperature is calibrated.',
      'kl-matching': 'How like the usual answer for a class this one is.',
      mahalanobis: 'How far the features are from those of the nearest class.',
      rmds: 'The same, less how far they are from all training pictures.',
      knn: 'How far the most similar training pictures are.',
      vim: 'The energy, less what training pictures never have in their features.',
      residual: 'What training pictures never have in their features.',
      react: 'The energy, with unusually strong features cut off.',
      dice: 'The energy, with only the weights that count most.',
      she: 'How like the mean of its class the features are.',
      fdbd: 'How far away the borders between the classes are.',
      nnguide: 'The energy, guided by that of the most similar training pictures.',
    } as Record<string, string>,
  },

  fool: {
    title: 'Fool ODIN',
    lead: 'Draw, film or upload something that the network was never taught, and make it pass. Only you know what it is.',
    ways: { drawing: 'Draw', camera: 'Use the camera', upload: 'Upload' },
    notYet: 'Nothing of yours is shown yet.',
    onTheWay: (percent: string) => `${percent} of the way to the threshold.`,
    passes: 'It passes!',
    best: 'Your best so far',
    passed: (name: string, percent: string) =>
      `It passed as “${name}”; the network was ${percent} sure.`,
    nearly: (percent: string) => `It came ${percent} of the way to the threshold.`,
    showAgain: 'Show it again',
    forget: 'Forget it',
  },

  card: {
    make: 'Make a card',
    title: 'A card of this verdict',
    save: 'Save it',
    send: 'Send it',
    close: 'Close',
  },

  lesson: {
    title: 'For lessons',
    lead: 'Five steps over the first screen, for a projector or for each pupil’s own device. Each has a link of its own, with picture and settings.',
    start: 'Start the lesson',
    copy: 'Copy link',
    step: (step: number, all: number) => `Step ${step} of ${all}`,
    back: 'Back',
    next: 'Next',
    finish: 'Finish',
    leave: 'Leave the lesson',
    fullScreen: 'Full screen',
    steps: [
      {
        title: 'A network always answers',
        text: 'It has ten names and no word for “none of these”. So even noise gets a name.',
        task: 'Which picture of the upper row is it surest of?',
      },
      {
        title: 'The temperature',
        text: 'Divided by a large T, confidences come close to each other, and small differences between pictures begin to count.',
        task: 'Move T from 1 to 1000 and watch the two hills.',
      },
      {
        title: 'The nudge',
        text: 'Every pixel moves a little towards what makes the network surer. Known pictures answer more, so the line moves away from the strange ones.',
        task: 'Move ε from 0 to 0.0014: when does the noise fall behind the line?',
      },
      {
        title: 'Where it fails',
        text: 'The line keeps 95% of the known photographs. Some strange pictures lie above it, too: no threshold is right for all.',
        task: 'Find the samples that ODIN judges wrongly. Does a larger network help?',
      },
      {
        title: 'Your turn',
        text: 'What would you have to draw so that it passes, though it is none of the ten?',
        task: 'Draw, and watch the needle. Then make a card of it.',
      },
    ],
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
    against: 'Against',
    thisPicture: 'this picture',
    threshold: 'threshold',
    passes: (share: string, set: string) => `${set}: ${share} pass`,
    none: 'This model comes without score histograms, so there is nothing to compare with.',
    noneHere: 'No scores are known at these settings.',
    loading: 'Loading the scores of known pictures …',
    alt: (score: string, threshold: string, side: string) =>
      `Histogram of scores. This picture: ${score}. Threshold: ${threshold}. The picture is ${side}.`,
    sets: {
      'CIFAR-10': 'known photographs',
      'CIFAR-100': 'known photographs',
      'TinyImageNet (resize), triangle filter': 'strange photographs, made small',
      'TinyImageNet (crop)': 'strange photographs, cut out',
      'TinyImageNet (resize), aliased': 'strange photographs, made small without a filter',
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
    simdNames: { none: 'none', simd128: '4 numbers at once', relaxed: '4 numbers at once' },
    simdHelp: 'in one instruction of the processor',
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
      'Of those that know ten kinds of things the two larger ones are right more often and tell strange photographs better, but take longer. The last knows a hundred kinds. Each is fetched when you choose it.',
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
    animatedPicture: (name: string) =>
      `${name} moves: its first picture is judged. For another one, take a screenshot of it and upload that.`,
    transparentPicture: (name: string) =>
      `${name} is transparent in places, which the network sees as white. For another ground, save it with one.`,
    cameraBlocked:
      'The camera is blocked. Allow it in the address bar or in the settings of your browser, then start it again.',
    cameraMissing: 'No camera was found. Connect one, or choose a picture instead.',
    cameraLost:
      'The camera is gone: it was unplugged, or another program took it. Connect it and start it again, or choose a picture instead.',
    modelFormat: (name: string) =>
      `${name} has to be converted first: “odin convert ${name} model.safetensors” makes the file that this page takes. The model before it is still in use.`,
    cameraUnavailable:
      'The camera could not be started: another program may be using it, or this page was not opened by https.',
    sample: (name: string) =>
      `The sample ${name} could not be fetched. Check the connection, then choose it again.`,
    judge: (detail: string) => `The picture could not be judged: ${detail}`,
    howFailed: 'This part of the page could not be loaded. Check the connection and reload.',
  },

  beats: {
    title: 'The method in three beats',
    play: 'Play',
    pause: 'Pause',
    again: 'Play again',
    known: (name: string) => `${name}: taught`,
    strange: (name: string) => `${name}: never taught`,
    above: 'Past the line: it may belong.',
    below: 'Short of the line: it does not belong.',
    scale: 'Its score, seen closely, once T is 1000.',
    steps: [
      {
        name: '1. As it is',
        text: 'At T = 1 the network is sure of both: its confidence does not tell them apart.',
      },
      {
        name: '2. The temperature rises',
        text: 'Its outputs are divided by T, up to 1000. The bars flatten, and what is left of their differences can be compared between pictures. The dashed line is where 95% of known photographs pass.',
      },
      {
        name: '3. The nudge',
        text: 'Every pixel moves by ε towards what makes the network surer. Known pictures answer, and the line of them moves on; the strange one hardly does, and falls behind.',
      },
    ],
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
