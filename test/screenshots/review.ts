// Pictures of every place in both themes, two sizes and both languages, to be looked at by whoever changes what is seen:
// node test/screenshots/review.ts FOLDER [--data FOLDER] [--only REGEX] [--themes light,dark] [--sizes 1440x900] [--languages en]
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { en } from '../../renderer/text/en.ts';
import { ptBr } from '../../renderer/text/pt-br.ts';
import { makeMeasuredFolder } from './measured-folder.ts';
import { places } from './places.ts';
import { settle, stageOn } from './stage.ts';
import { withWorkbenchPage } from './workbench.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    only: { type: 'string', default: '' },
    themes: { type: 'string', default: 'light,dark' },
    sizes: { type: 'string', default: '1440x900,1024x700' },
    languages: { type: 'string', default: 'en' },
  },
});
const [folder = 'screenshots'] = positionals;
const data = values.data ?? join(folder, 'data');
if (!existsSync(data)) await makeMeasuredFolder(data);
mkdirSync(folder, { recursive: true });

await withWorkbenchPage(data, 1, async ({ page, origin }) => {
  for (const language of values.languages.split(',')) {
    const text = language === 'pt-BR' ? ptBr : en;
    const stage = stageOn(page, text, origin);
    await stage.go('settings');
    await page.getByText(en.settings.languages[language === 'pt-BR' ? 'pt-BR' : 'en'], { exact: true }).click();
    for (const theme of values.themes.split(',')) {
      await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light' });
      for (const size of values.sizes.split(',')) {
        const [width = 1440, height = 900] = size.split('x').map(Number);
        await page.setViewportSize({ width, height });
        for (const [name, place] of Object.entries(places)) {
          if (!new RegExp(values.only).test(name)) continue;
          await place(stage).catch((error: unknown) => console.error(`${name}: ${String(error)}`));
          await settle(stage);
          await page.screenshot({ path: join(folder, `${name}-${theme}-${width}-${language}.png`) });
          const cut = await overflow();
          if (cut !== '') console.error(`${name} ${theme} ${size} ${language}: ${cut}`);
        }
      }
    }
  }

  /** What is wider than it may be: the page itself, which must never scroll sideways. */
  function overflow(): Promise<string> {
    return page.evaluate(() => {
      const main = document.querySelector('main');
      const wide = [document.documentElement, ...(main === null ? [] : [main])].filter(
        (element) => element.scrollWidth > element.clientWidth,
      );
      return wide
        .map((element) => `${element.tagName} is ${element.scrollWidth} px wide in ${element.clientWidth}`)
        .join(', ');
    });
  }
});
