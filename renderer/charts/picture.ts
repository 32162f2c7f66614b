import { readTokens } from './tokens.ts';

const headPx = 34;

/** A chart's canvas as a PNG with its title, on the background of the theme. */
export function canvasPicture(canvas: HTMLCanvasElement, title: string): Promise<Blob> {
  const scale = canvas.width / Math.max(1, canvas.clientWidth);
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height + headPx * scale;
  const context = picture.getContext('2d');
  if (context === null) throw new Error('This browser gives no canvas to draw on.');
  const tokens = readTokens(['surface-panel', 'ink']);
  context.fillStyle = tokens['surface-panel'];
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = tokens.ink;
  context.font = `600 ${14 * scale}px ${getComputedStyle(document.body).fontFamily}`;
  context.fillText(title, 12 * scale, 22 * scale);
  context.drawImage(canvas, 0, headPx * scale);
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob)));
  });
}
