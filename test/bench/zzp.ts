import { chromium } from 'playwright';
import { chromiumLaunch } from '../e2e/chromium.ts';
import { openWindow, startMeasuredHost } from './web-host.ts';
import { writeFileSync } from 'node:fs';
const browser = await chromium.launch(chromiumLaunch());
const host = await startMeasuredHost('/tmp/fastdata/many');
const { page, context } = await openWindow(browser, host.url);
await page.getByText('digits-squeezenet').first().waitFor();
const cdp = await context.newCDPSession(page);
await cdp.send('Profiler.enable'); await cdp.send('Performance.enable');
const metrics = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
async function profiled(name: string, work: () => Promise<unknown>) {
  const before = await metrics();
  await cdp.send('Profiler.start');
  const r = await work();
  const { profile } = await cdp.send('Profiler.stop');
  const after = await metrics();
  const ms = (k: string) => ((after[k] - before[k]) * 1e3).toFixed(0);
  console.log(`\n== ${name}`, r, `script ${ms('ScriptDuration')} layout ${ms('LayoutDuration')} (${after.LayoutCount - before.LayoutCount}) style ${ms('RecalcStyleDuration')} (${after.RecalcStyleCount - before.RecalcStyleCount}) task ${ms('TaskDuration')} process ${ms('ProcessTime')} nodes ${after.Nodes}`);
  const self = new Map<string, number>();
  const dt = profile.timeDeltas!; const by = new Map(profile.nodes.map((n) => [n.id, n]));
  profile.samples!.forEach((id, i) => { const n = by.get(id)!; const key = `${n.callFrame.functionName || '(anon)'} ${n.callFrame.url.split('/').pop()}:${n.callFrame.lineNumber}:${n.callFrame.columnNumber}`; self.set(key, (self.get(key) ?? 0) + dt[i]! / 1e3); });
  for (const [k, v] of [...self].sort((a, b) => b[1] - a[1]).slice(0, 22)) console.log(v.toFixed(1).padStart(8), k);
}
const first = () => page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise(requestAnimationFrame);
    const started = performance.now();
    location.hash = '#/results';
    while (document.querySelectorAll('[role=grid] [role=row]:not([aria-busy]) .pick + .cell').length < 10) await frame();
    return performance.now() - started;
  });
const answered = (filter: string) => page.evaluate(async (wanted) => {
    const frame = (): Promise<number> => new Promise(requestAnimationFrame);
    const box = document.querySelector<HTMLInputElement>('input[type=search].mono')!;
    const grid = (): Element | null => document.querySelector('[role=grid]');
    const shown = (): string => `${grid()?.getAttribute('aria-rowcount')} ${document.querySelector('[role=row][aria-rowindex="2"]')?.textContent}`;
    const before = shown();
    box.value = wanted;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    const started = performance.now();
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    while (performance.now() - started < 10_000) { await frame(); if (shown() !== before && grid()?.querySelector('[aria-busy]') === null) return performance.now() - started; }
    return NaN;
  }, filter);
const away = async () => { await page.evaluate(() => void (location.hash = '#/models')); await page.getByText('digits-squeezenet').first().waitFor(); await page.waitForTimeout(1500); };
await profiled('first', first); await away();
await profiled('later', first); await page.waitForTimeout(1500);
for (const f of ['model:digits-resnet provider=cpu batch>=4 p50<2ms', 'p50<0.2', '']) { await profiled('filter ' + f, () => answered(f)); await page.waitForTimeout(1500); }
const scroll = () => page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise(requestAnimationFrame);
    const grid = document.querySelector<HTMLElement>('[role=grid]')!;
    const intervals: number[] = [];
    let last = await frame();
    const step = async (top: number): Promise<void> => { grid.scrollTop = top; const now = await frame(); intervals.push(now - last); last = now; };
    for (let index = 1; index <= 300; index += 1) await step(index * 200);
    const a = [...intervals].sort((x, y) => x - y);
    intervals.length = 0;
    for (let index = 1; index <= 100; index += 1) await step(((index * 7_919) % 100) * 0.01 * grid.scrollHeight);
    const b = [...intervals].sort((x, y) => x - y);
    return [a[150], a[290], a[299], b[50], b[90], b[99]].map((v) => Math.round(v!));
  });
await profiled('scroll', scroll);
console.log(await page.evaluate(() => [document.querySelectorAll('[role=row]').length, document.querySelectorAll('[role=row]')[5]!.querySelectorAll('*').length]));
console.log(await host.loopDelay());
await browser.close(); await host.stop();
