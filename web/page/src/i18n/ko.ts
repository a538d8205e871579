import type { Strings } from './en.ts';

export const ko: Strings = {
  title: 'odin: 이 그림, 배운 적 있는 것일까?',
  languageName: '한국어',

  header: {
    home: 'odin, 페이지 맨 위로',
    tabs: '보기',
    try: '써 보기',
    how: '작동 원리',
    language: '언어',
    themes: { light: '밝은 화면', dark: '어두운 화면' },
    skip: '그림으로 건너뛰기',
  },

  hero: {
    question: '이 그림은 신경망이 배운 세계에 속할까요?',
    lead: (count) =>
      `이 신경망이 아는 것은 ${count === 10 ? '열 ' : count}가지뿐입니다. 그런데도 어떤 그림이든 그 가운데 하나라고, 그것도 흔히 아주 자신 있게 대답합니다. ODIN은 그 대답을 믿어도 되는지 따져 봅니다.`,
    privacy: '모든 계산은 브라우저 안에서 이루어집니다. 그림은 기기를 떠나지 않습니다.',
  },

  input: {
    title: '그림',
    asSeen: (width, height) => `신경망이 보는 모습: ${width} × ${height} 픽셀`,
    sources: '그림 고르기',
    tabs: {
      samples: '예시',
      upload: '내 그림',
      camera: '카메라',
      drawing: '그리기',
      noise: '잡음',
    },
    samplesHint: (classes) =>
      `모두 프로그램이 그린 그림입니다. 열 장은 신경망이 아는 것(${classes})이고, 일곱 장은 모르는 것입니다.`,
    samplesOfOthers: '모두 이 페이지에 딸린 신경망을 위해 프로그램이 그린 32 × 32 픽셀 그림입니다.',
    upload: '그림 파일 고르기',
    uploadHint: '또는 이 페이지 아무 곳에나 끌어다 놓거나 붙여 넣으세요',
    drop: '놓으면 이 그림을 판정합니다',
    cameraStart: '카메라 켜기',
    cameraStop: '멈추고 이 장면 쓰기',
    cameraHint: '1초에 몇 장씩 바로 판정합니다. 녹화하거나 전송하지 않습니다.',
    cameraWaiting: '카메라를 기다리는 중입니다. 브라우저가 허락을 구할 수 있습니다.',
    cameraView: '카메라에 비친 모습',
    pad: '그림판. 화살표 키로 움직이고 스페이스 바로 그립니다.',
    padHint: '손가락, 펜, 마우스로 그려 보세요. 물 위의 배? 동물?',
    colour: '색',
    colours: {
      black: '검정',
      white: '하양',
      grey: '회색',
      brown: '갈색',
      red: '빨강',
      orange: '주황',
      yellow: '노랑',
      green: '초록',
      sky: '하늘색',
      blue: '파랑',
    },
    brush: '붓 굵기',
    fill: '모두 칠하기',
    clear: '지우기',
    noise: { uniform: '균등', gaussian: '가우스' },
    noiseKind: '잡음의 종류',
    noiseHint: {
      uniform: '검정과 하양 사이의 모든 값이 똑같은 확률로 나옵니다.',
      gaussian: '평균 0.5, 표준편차 1인 정규분포를 검정과 하양에서 잘랐습니다.',
    },
    seed: '시드',
    another: '하나 더',
    names: {
      upload: '내 그림',
      camera: '카메라 사진',
      drawing: '직접 그린 그림',
      uniform: (seed) => `균등 잡음, 시드 ${seed}`,
      gaussian: (seed) => `가우스 잡음, 시드 ${seed}`,
    },
  },

  samples: {
    airplane: '비행기',
    automobile: '자동차',
    bird: '새',
    cat: '고양이',
    deer: '사슴',
    dog: '개',
    frog: '개구리',
    horse: '말',
    ship: '배',
    truck: '트럭',
    checkerboard: '체커판',
    color_bars: '컬러 바',
    gaussian_noise: '가우스 잡음',
    gradient: '그러데이션',
    mandelbrot: '망델브로 집합',
    text: '글자',
    uniform_noise: '균등 잡음',
  },

  classes: {
    airplane: '비행기',
    automobile: '자동차',
    bird: '새',
    cat: '고양이',
    deer: '사슴',
    dog: '개',
    frog: '개구리',
    horse: '말',
    ship: '배',
    truck: '트럭',
  },

  verdict: {
    title: '판정',
    network: '신경망의 대답',
    sure: (percent) => `확신 ${percent}`,
    odin: 'ODIN의 판정',
    in: '아는 그림입니다',
    out: '모르는 그림입니다',
    unknown: '판정 없음',
    explainIn: (name) =>
      `점수가 신경망이 배운 사진들과 비슷합니다. ‘${name}’ 대답을 믿어 볼 만합니다.`,
    explainOut: (name) =>
      `점수가 신경망이 아는 사진 95%의 점수보다 낮습니다. ‘${name}’ 대답을 믿지 마세요.`,
    explainUnknown: '이 설정에는 알려진 문턱값이 없어 점수만 보여 드립니다.',
    score: '점수',
    threshold: '문턱값',
    margin: {
      below: '문턱값보다 낮습니다',
      above: '문턱값보다 높습니다',
    },
    baseline: '기준 방법',
    baselineIn: '확신만 보았다면 믿었을 것입니다.',
    baselineOut: '확신만 보았어도 의심했을 것입니다.',
    fooled: '여기서는 ODIN이 틀렸습니다. 열 가지 가운데 어느 것도 아닌 그림입니다.',
    fallible: '문턱값은 아는 사진의 95%를 통과시키며, 그 밖의 그림도 일부는 통과합니다.',
    spoken: (picture, verdict, name, percent) =>
      `${picture}: ${verdict}. 신경망의 대답은 ${name}, 확신 ${percent}.`,
    waiting: '판정하는 중…',
    kept: '지금 보이는 것은 미리 계산해 둔 결과입니다.',
  },

  controls: {
    title: 'ODIN이 그림에 하는 일',
    lead: '모든 픽셀을 신경망이 더 확신하는 쪽으로 아주 조금 움직이고, 출력을 온도로 나눕니다. 아는 것을 담은 그림은 이 움직임에 다른 그림보다 크게 반응합니다.',
    temperature: '온도 T',
    temperatureHelp: '확신을 누그러뜨려 작은 차이가 드러나게 합니다.',
    epsilon: '걸음 ε',
    epsilonHelp: (levels) => `각 픽셀이 256단계 가운데 ${levels}단계만큼 움직입니다.`,
    direction: '걸음의 방향',
    odin: 'ODIN: 더 확신하게',
    fgsm: 'FGSM: 덜 확신하게',
    directionHelp: {
      odin: '−log S의 기울기 반대 방향: 신경망의 첫째 대답이 커집니다.',
      fgsm: '기울기 방향, 같은 크기의 걸음: 신경망을 흔드는 공격입니다.',
    },
    reset: '조정된 설정으로 되돌리기',
  },

  step: {
    picture: '그림',
    gradient: '기울기',
    gradientHelp: '어디를 바꾸면 대답이 가장 크게 달라지는지 보여 줍니다. 회색은 영향 없음.',
    change: '변화',
    changeHelp: (times) =>
      `픽셀마다 기울기의 부호에 따라 ε만큼 올리거나 내린 것. ${times}배 강조해 보여 줍니다.`,
    noChange: 'ε이 0이라 아무것도 바뀌지 않습니다.',
    moved: '움직인 그림',
    movedHelp: '우리 눈에는 똑같습니다.',
    asPicture: (name, width, height) => `${name}, 가로 ${width}픽셀 세로 ${height}픽셀`,
  },

  bars: {
    title: '신경망의 대답들',
    before: '그대로',
    after: '걸음 뒤',
    lead: '걸음 앞뒤의 확률 (T = 1).',
    tableCaption: '걸음 앞뒤의 부류별 확률',
    class: '부류',
    noAnswer: '아직 보여 드릴 것이 없습니다.',
  },

  histogram: {
    title: '알려진 점수들 사이에서',
    lead: '그림마다 점수가 하나 나옵니다. 점선 오른쪽에 신경망이 아는 사진의 95%가 있습니다. 이 그림은 어느 쪽일까요?',
    odin: 'ODIN 점수',
    baseline: '기준 방법: 확신',
    against: '비교 대상',
    thisPicture: '이 그림',
    threshold: '문턱값',
    passes: (share, set) => `${set}: ${share}가 문턱값보다 높습니다`,
    none: '이 모델에는 점수 분포가 딸려 있지 않아 비교할 것이 없습니다.',
    noneHere: '이 설정에서 알려진 점수가 없습니다.',
    loading: '알려진 그림들의 점수를 불러오는 중…',
    alt: (score, threshold, side) =>
      `점수의 히스토그램. 이 그림의 점수 ${score}, 문턱값 ${threshold}. 이 그림은 ${side}.`,
    sets: {
      'CIFAR-10': 'CIFAR-10 사진',
      'TinyImageNet (crop)': 'TinyImageNet (잘라 냄)',
      'TinyImageNet (resize), aliased': 'TinyImageNet (줄임)',
      Uniform: '균등 잡음',
      Gaussian: '가우스 잡음',
    },
  },

  curves: {
    title: '설정을 바꾸면',
    temperature: '온도에 따라',
    temperatureLead: '문턱값을 단위로 한 점수: 0은 찍은 것과 같고, 1이 문턱값입니다.',
    temperaturePlain: '온도마다의 점수.',
    epsilon: '걸음의 크기에 따라',
    epsilonLead: '걸음이 커질 때의 점수와 그때그때의 문턱값.',
    score: '점수',
    threshold: '문턱값',
    axisT: '온도 T',
    axisEpsilon: '걸음 ε',
    loading: '곡선을 계산하는 중…',
    slow: (seconds) =>
      `이 신경망으로는 두 곡선에 약 ${seconds}초가 걸리므로, 원할 때만 계산합니다.`,
    compute: '곡선 계산하기',
    alt: (from, to, first, last) => `점수가 ${from}일 때 ${first}, ${to}일 때 ${last}입니다.`,
    asTable: '표로 보기',
  },

  engine: {
    title: '속을 들여다보면',
    model: '모델',
    time: '이 그림에 걸린 시간',
    milliseconds: (ms) => `${ms} ms`,
    timeHelp: '순전파, 역전파, 다시 순전파',
    threads: '스레드',
    simd: '벡터 연산',
    simdNames: { none: '없음', simd128: '128비트', relaxed: '128비트, relaxed' },
    parameters: (n) => `매개변수 ${n}개`,
    madds: (n) => `곱셈-덧셈 ${n}번`,
    reasons: {
      'the fastest build': '가장 빠른 빌드',
      'there is one thread to work with': '쓸 수 있는 스레드가 하나입니다',
      'this browser has no WebAssembly': '이 브라우저에 WebAssembly가 없습니다',
      'this browser is too old: its WebAssembly has no exceptions':
        '브라우저가 오래되어 WebAssembly 예외를 모릅니다',
      'threads need cross-origin isolation': '스레드에는 교차 출처 격리가 필요합니다',
      'threads need shared memory, which this browser does not give':
        '스레드에 필요한 공유 메모리를 브라우저가 주지 않습니다',
      'this browser has no WebAssembly SIMD': '이 브라우저에 WebAssembly SIMD가 없습니다',
      'this browser has no relaxed SIMD': '이 브라우저에 relaxed SIMD가 없습니다',
    },
    starting: '엔진을 시작하는 중…',
    loading: (percent) => `신경망을 불러오는 중… ${percent}`,
    progress: '신경망 불러오기',
    own: '내 모델 쓰기',
    ownHelp:
      '“odin train”이나 “odin convert”로(ONNX 모델도) 만든 .safetensors 파일, 최대 256 MiB. 여기서 고르거나 페이지 아무 데나 놓으세요. 파일은 기기를 떠나지 않습니다.',
    facts: {
      title: (name) => `${name}로 할 수 있는 것`,
      size: (width, height, shorter) =>
        shorter === null
          ? `${width} × ${height} 픽셀을 봅니다. 모든 그림을 그 크기로 맞춥니다.`
          : `${width} × ${height} 픽셀을 봅니다. 짧은 변을 ${shorter} 픽셀로 줄인 뒤 가운데를 씁니다.`,
      anySize: (longest) =>
        `어떤 크기의 그림이든 받습니다${longest === null ? '' : `(한 변 최대 ${longest} 픽셀)`}.`,
      grey: '회색으로 봅니다. 색은 쓰지 않습니다.',
      classes: (count, nameless) =>
        `${count}개의 클래스를 압니다${nameless ? '. 파일에 이름이 없습니다: “odin convert --classes”로 넣을 수 있습니다' : ''}.`,
      scores: '어떤 T와 ε에서도 확신도와 ODIN 점수, 한 걸음에 필요한 기울기를 계산합니다.',
      threshold: '파일에 임계값이 있어, 조정된 설정에서 판정이 나옵니다.',
      noThreshold:
        '파일에 임계값이 없어 판정이 나오지 않습니다. “odin tune”이 속하는 그림과 속하지 않는 그림으로 임계값을 찾습니다.',
      noNormalization:
        '파일에 픽셀의 평균이 없습니다. 평균을 빼고 학습했다면 “odin convert --preset imagenet”이나 “--mean”, “--std”로 넣으세요.',
    },
    network: '신경망',
    networkSize: (title, megabytes) => `${title} (${megabytes} MB)`,
    networkHelp:
      '더 큰 두 신경망은 더 자주 맞히고 낯선 사진도 더 잘 가려내지만, 더 오래 걸립니다. 고를 때 내려받습니다.',
    share: '이 화면의 링크 복사',
    shared: '링크를 복사했습니다',
    shareBlocked: '여기서는 복사할 수 없습니다. 주소창의 주소를 쓰세요.',
    updated: '이 페이지의 새 버전이 준비되었습니다.',
    reload: '새로 고침',
  },

  problems: {
    dismiss: '닫기',
    retry: '다시 시도',
    unsupported: (detail) =>
      `이 브라우저에서는 엔진을 돌릴 수 없습니다(${detail}). 최신 Firefox, Chrome, Edge, Safari를 써 보세요. 아래 예시들은 저장된 결과를 계속 보여 줍니다.`,
    engineDownload: (detail) =>
      `엔진을 불러오지 못했습니다(${detail}). 연결을 확인하고 다시 시도하세요. 예시들은 저장된 결과를 계속 보여 줍니다.`,
    modelDownload: (name, detail) =>
      `모델 ${name} 파일을 불러오지 못했습니다(${detail}). 연결을 확인하고 다시 시도하세요.`,
    modelTooLarge: (name) =>
      `${name} 파일이 256 MiB보다 큽니다. 더 작은 모델을 고르거나, 이 모델에는 데스크톱 프로그램을 쓰세요.`,
    modelInvalid: (name, detail) =>
      `${name}: odin이 읽을 수 있는 모델이 아닙니다(${detail}). “odin train”이나 “odin convert”로 만든 .safetensors 파일을 고르세요. 앞의 모델을 계속 씁니다.`,
    ownModelInLink: (name) =>
      `이 링크는 모델 파일 ${name}로 만들어졌는데, 파일은 링크에 담기지 않습니다. 같은 화면을 보려면 그 파일을 불러오세요. 그때까지 기본 모델을 씁니다.`,
    notAPicture: (name) =>
      `${name}: 이 브라우저가 읽을 수 있는 그림이 아닙니다. PNG, JPEG, WebP, BMP 파일을 고르세요.`,
    cameraBlocked: '카메라가 막혀 있습니다. 주소창이나 브라우저 설정에서 허용한 뒤 다시 켜 주세요.',
    cameraMissing: '카메라를 찾지 못했습니다. 카메라를 연결하거나 그림 파일을 고르세요.',
    cameraUnavailable:
      '카메라를 켜지 못했습니다. 다른 프로그램이 쓰고 있거나, 페이지가 https로 열리지 않았을 수 있습니다.',
    sample: (name) => `예시 ‘${name}’ 파일을 가져오지 못했습니다. 연결을 확인하고 다시 고르세요.`,
    judge: (detail) => `그림을 판정하지 못했습니다: ${detail}`,
    howFailed: '이 부분을 불러오지 못했습니다. 연결을 확인하고 새로 고치세요.',
  },

  how: { loading: '불러오는 중…' },

  footer: {
    text: '데스크톱 프로그램과 똑같은 C++: 자동 미분을 갖춘 작은 텐서 라이브러리를 WebAssembly로 옮겼습니다.',
    paper: '방법: Liang, Li, Srikant, ICLR 2018',
    bench: '내 기기에서 속도 재기',
  },
};
