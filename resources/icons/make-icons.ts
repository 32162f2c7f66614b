/** Makes every size of the icon from `crivo.svg`, drawn by the Chromium of the tests: `node resources/icons/make-icons.ts`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { chromiumLaunch } from '../../test/e2e/chromium.ts';
import { icnsOf, icoOf } from './icon-files.ts';

const folder = import.meta.dirname;
/** Linux installs these under their size; `icon.png` is the largest. */
const pngSizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024] as const;
const icoSizes = [16, 24, 32, 48, 64, 128, 256] as const;

const svg = readFileSync(join(folder, 'crivo.svg'), 'utf8');
const browser = await chromium.launch(chromiumLaunch());
const pictures = new Map<number, Buffer>();
for (const size of pngSizes) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  pictures.set(size, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();

const picture = (size: number): Buffer => pictures.get(size)!;
mkdirSync(join(folder, 'png'), { recursive: true });
for (const size of pngSizes) writeFileSync(join(folder, 'png', `${size}x${size}.png`), picture(size));
writeFileSync(join(folder, 'icon.ico'), icoOf(icoSizes.map((size) => ({ size, png: picture(size) }))));
writeFileSync(join(folder, 'icon.icns'), icnsOf(picture));
