// The pictures of the README and of the tour: npm run screenshots [-- --data FOLDER]
// Measures for some minutes where FOLDER isn't given, so that every figure on them was measured.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { root } from '../e2e/workbench-host.ts';
import { en } from '../../renderer/text/en.ts';
import { makeMeasuredFolder } from './measured-folder.ts';
import { places } from './places.ts';
import type { Place } from './places.ts';
import { settle, stageOn } from './stage.ts';
import { withWorkbenchPage } from './workbench.ts';

type Theme = 'light' | 'dark';

/** Name of the file, the place it shows, the theme. */
const pictures: readonly (readonly [file: string, place: string, theme: Theme])[] = [
  ['models', 'models', 'light'],
  ['graph', 'model-graph-node', 'light'],
  ['optimize', 'optimize-made', 'light'],
  ['pruning', 'optimize-pruning', 'light'],
  ['sweep', 'sweep', 'light'],
  ['results', 'results-chosen', 'light'],
  ['compare', 'compare', 'light'],
  ['pareto', 'compare-pareto', 'dark'],
  ['accuracy', 'model-accuracy', 'light'],
  ['devices', 'devices', 'dark'],
  ['queue', 'queue-running', 'dark'],
];
const viewport = { width: 1280, height: 800 };
/** Pictures are shown smaller than they are, on screens of any density. */
const scale = 1.5;
const mostBytes = 250_000;

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const images = join(root, 'docs', 'images');
const folder = mkdtempSync(join(tmpdir(), 'crivo-pictures-'));

try {
  mkdirSync(images, { recursive: true });
  await take(join(folder, 'fresh'), [['first-start', async ({ go }) => go('models'), 'light']]);
  const data = values.data ?? join(folder, 'data');
  if (values.data === undefined) await makeMeasuredFolder(data);
  await take(
    data,
    pictures.map(([file, place, theme]) => [file, placeOf(place), theme]),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function placeOf(name: string): Place {
  const place = places[name];
  if (place === undefined) throw new Error(`There is no place "${name}".`);
  return place;
}

async function take(
  data: string,
  wanted: readonly (readonly [file: string, place: Place, theme: Theme])[],
): Promise<void> {
  await withWorkbenchPage(data, scale, async ({ page, origin }) => {
    const stage = stageOn(page, en, origin);
    await page.setViewportSize(viewport);
    for (const [file, place, theme] of wanted) {
      await page.emulateMedia({ colorScheme: theme });
      await place(stage);
      await settle(stage);
      const path = join(images, `${file}.png`);
      await sharp(await page.screenshot())
        .png({ palette: true, compressionLevel: 9, effort: 10 })
        .toFile(path);
      const { size } = statSync(path);
      console.log(`${file}.png ${Math.round(size / 1000)} kB`);
      if (size > mostBytes)
        throw new Error(`${path} has ${size} bytes, more than the ${mostBytes} that a picture may have.`);
    }
  });
}
