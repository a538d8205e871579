import type { Words } from './en.ts';

const pictures = (n: number) => `그림 ${n}장`;
const percent = (share: number) => `${Math.round(100 * share)}%`;

export const ko: Words = {
  title: '가르치기',
  lead: '직접 고른 물건 몇 가지를 신경망에 보여 주세요. 몇 초 만에 구별하고, 다른 도구와 달리 그중 어느 것도 아닐 때는 그렇다고 말합니다. 아무것도 기기 밖으로 나가지 않습니다.',
  firstNames: ['첫째', '둘째'],
  steps: { gather: '1. 그림 모으기', teach: '2. 가르치기', try: '3. 시험하기' },
  classes: '종류',
  newName: (n) => `종류 ${n}`,
  name: (n) => `종류 ${n}의 이름`,
  add: '종류 더하기',
  remove: (name) => `종류 “${name}” 지우기`,
  removePicture: (n, name) => `“${name}”의 그림 ${n} 지우기`,
  empty: (name) => `“${name}”의 그림 모두 지우기`,
  pictures,
  gatherFor: (name) => `“${name}”의 그림`,
  sources: '그림을 얻는 곳',
  source: { camera: '카메라', files: '파일', drawing: '그리기' },
  tryTitle: '새 그림',
  record: '누르고 있는 동안 찍기',
  recordHint: '스페이스 바를 눌러도 됩니다. 찍는 동안 물건을 움직여 여러 면을 보여 주세요.',
  cameraStart: '카메라 켜기',
  cameraStop: '카메라 끄기',
  cameraView: '카메라에 보이는 것',
  files: '그림 고르기',
  folder: '폴더 고르기',
  folderHint: '폴더 안에 폴더가 있으면 저마다 한 종류가 됩니다.',
  drop: (name) => `놓으면 그림이 “${name}”에 더해집니다`,
  reading: (n) => `${pictures(n)}을 읽는 중 …`,
  addDrawing: '이 그림 더하기',
  drawHint: '그리고, 더하고, 조금 다르게 다시 그리세요.',
  choosePicture: '그림 고르기',
  teach: '가르치기',
  teachAgain: '다시 가르치기',
  stop: '멈추기',
  starting: '엔진을 시작하는 중 …',
  resumed: '도중에 탭이 닫혔습니다. 이어서 가르칩니다.',
  looking: (done, total) => `그림을 보는 중: ${total}장 중 ${done}장`,
  learning: (done, total) => `배우는 중: ${total}바퀴 중 ${done}바퀴`,
  curve: '바퀴마다 맞힌 그림의 비율',
  curveOf: { learned: '배운 그림', heldOut: '따로 둔 그림' },
  rounds: '바퀴',
  oneThread: '여기서는 스레드가 하나라 더 오래 걸립니다.',
  advice: {
    oneClass:
      '종류가 둘은 있어야 합니다. 하나뿐이면 구별할 것이 없습니다. “그 밖의 것”은 종류로 만들지 않아도 됩니다.',
    sameName: (name) => `“${name}”라는 종류가 둘입니다.`,
    few: (name, n, fewest) =>
      `“${name}”는 ${pictures(n)}입니다. 적어도 ${fewest}장, 되도록 30장을 여러 면과 장소에서 모으세요.`,
    more: (name, n) =>
      `“${name}”는 ${pictures(n)}입니다. 이대로도 되지만 30장이 넘으면 판정이 더 확실합니다.`,
    uneven: (name, other) =>
      `“${name}”의 그림이 “${other}”의 네 배가 넘어, 지나치게 자주 그 이름을 댑니다.`,
  },
  result: (accuracy, heldOut, learned) =>
    `배우지 않은 ${pictures(heldOut)} 중 ${percent(accuracy)}를 맞혔습니다. 배운 그림은 ${learned}장입니다.`,
  resultSeconds: (seconds) => `${seconds.toFixed(1)}초 걸렸습니다.`,
  few: '수가 적어 실제 비율은 꽤 다를 수 있습니다.',
  confused: (a, b, share) =>
    `“${a}”와 “${b}”는 거의 구별되지 않습니다. 그림의 ${percent(share)}를 서로 바꿔 봅니다. 더 가까이, 다른 쪽에서, 다른 배경으로 차이를 보여 주거나 한 종류로 합치세요.`,
  stale: '그 뒤로 그림이 바뀌었습니다. 다시 가르치세요.',
  nothingYet: '먼저 가르치세요.',
  verdict: { in: '아는 것입니다', out: '이 중 어느 것도 아닙니다' },
  sure: (name, share) => `신경망은 ${name}라고 ${percent(share)} 확신합니다.`,
  why: {
    in: (share) =>
      share > 0
        ? `가르친 것과 그런 그림만큼 가깝습니다. 따로 둔 그림의 ${percent(share)}보다 더 가깝습니다.`
        : '가르친 것과 그런 그림만큼 가깝습니다.',
    out: '따로 둔 그림의 95%보다 가르친 모든 것에서 더 멉니다. 그러니 그 이름은 뜻이 없습니다.',
    from: (threshold, score) => `점수 ${score}, 한계 ${threshold}.`,
  },
  scoresOfKnown: '따로 둔 그림들과 이 그림의 점수',
  limit: '한계',
  thisOne: '이 그림',
  unknownScores: '연 파일에는 그림들의 점수가 들어 있지 않습니다.',
  seen: '신경망이 보는 그림',
  probabilities: '종류마다 얼마나 확신하는지',
  save: '파일로 저장',
  share: '공유',
  open: '파일 열기',
  anew: '새로 시작',
  anewSure: '모든 그림과 가르친 것이 지워집니다. 계속할까요?',
  savedHint:
    '이 파일은 odin의 모델입니다. “odin detect --model FILE”과 첫 탭의 “속을 들여다보기”에서도 쓸 수 있습니다.',
  troubles: {
    engine: (detail) => `엔진을 시작하지 못했습니다: ${detail}`,
    failed: (detail) => `되지 않았습니다: ${detail}`,
    memory: '이 페이지가 쓸 수 있는 메모리가 다 찼습니다. 다른 탭을 닫거나 그림을 줄이세요.',
    'storage-full':
      '브라우저의 저장 공간이 다 찼습니다. 지금 모으는 그림은 탭을 닫으면 사라집니다. 가르친 것을 파일로 저장하거나 공간을 비우세요.',
    file: (detail) => `여기서 저장한 파일이 아닙니다: ${detail}`,
    pictures: (names) =>
      `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` 외 ${names.length - 3}개` : ''}: 이 브라우저가 읽을 수 있는 그림이 아닙니다.`,
    tooMany: (most) => `한 종류의 그림은 ${most}장까지입니다.`,
    retry: '다시 시도',
    dismiss: '닫기',
  },
};
