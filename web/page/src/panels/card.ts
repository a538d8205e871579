// A picture to send: what was judged, what the network claims, what ODIN says, and where to try it.

export interface CardContent {
  picture: ImageData;
  claim: string;
  verdictName: string;
  verdict: string;
  /** The score's place among known ones; '' where none is known. */
  worth: string;
  /** Whether the verdict is 'in'. */
  passes: boolean;
  address: string;
}

const [width, height] = [1200, 630];
const margin = 64;
const pictureSide = 440;
const colours = {
  paper: '#f6f5f1',
  ink: '#1c1b18',
  soft: '#524e46',
  in: '#2a4bd4',
  out: '#b0430a',
};
const font = (size: number, weight = 700) =>
  `${weight} ${size}px system-ui, 'Apple SD Gothic Neo', 'Noto Sans KR', sans-serif`;

/** Lines of at most `most` pixels; words longer than that are broken. */
export function linesOf(text: string, most: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  const end = () => {
    if (line) lines.push(line);
    line = '';
  };
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (widthOf(longer) <= most) {
      line = longer;
      continue;
    }
    end();
    for (const letter of word) {
      if (line && widthOf(line + letter) > most) end();
      line += letter;
    }
  }
  end();
  return lines;
}

function write(
  context: CanvasRenderingContext2D,
  text: string,
  place: { x: number; y: number; most: number; size: number },
): number {
  const lines = linesOf(text, place.most, (part) => context.measureText(part).width);
  lines.forEach((line, i) => context.fillText(line, place.x, place.y + i * place.size * 1.2));
  return place.y + lines.length * place.size * 1.2;
}

function magnified(picture: ImageData): OffscreenCanvas {
  const small = new OffscreenCanvas(picture.width, picture.height);
  small.getContext('2d')!.putImageData(picture, 0, 0);
  return small;
}

export async function drawCard(content: CardContent): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  context.drawImage(magnified(content.picture), margin, margin, pictureSide, pictureSide);
  context.textBaseline = 'top';
  const left = margin + pictureSide + 56;
  const most = width - left - margin;
  context.fillStyle = colours.ink;
  context.font = font(44);
  const below = write(context, content.claim, { x: left, y: margin, most, size: 44 });
  context.fillStyle = colours.soft;
  context.font = font(26, 600);
  const next = write(context, content.verdictName, { x: left, y: below + 28, most, size: 26 });
  context.fillStyle = content.passes ? colours.in : colours.out;
  context.font = font(52);
  const last = write(context, content.verdict, { x: left, y: next + 4, most, size: 52 });
  context.fillStyle = colours.ink;
  context.font = font(26, 500);
  write(context, content.worth, { x: left, y: last + 20, most, size: 26 });
  context.fillStyle = colours.soft;
  context.font = font(24, 500);
  write(context, content.address, {
    x: margin,
    y: height - 76,
    most: width - 2 * margin,
    size: 24,
  });
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no card'))), 'image/png'),
  );
}
