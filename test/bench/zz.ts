import { openForReading } from '../../main/engine/store/database.ts';
import { createRunReads } from '../../main/engine/store/run-reads.ts';
const reads = createRunReads(openForReading('/tmp/fastdata/many'));
const cpu = (f: () => unknown) => { let best = 1e9, w = 1e9; for (let i = 0; i < 5; i++) { const c = process.cpuUsage(); const s = performance.now(); f(); const d = process.cpuUsage(c); best = Math.min(best, (d.user + d.system) / 1e3); w = Math.min(w, performance.now() - s);} return best.toFixed(1) + ' cpu ms, ' + w.toFixed(1) + ' wall ms'; };
for (const where of [undefined, 'model:digits-resnet provider=cpu batch>=4 p50<2ms', 'p50<0.2', '-status:failed', 'mobilenet', 'full speed', 'ação']) {
  console.log(where, 'query100', cpu(() => reads.query({ where, limit: 100 })), 'limit1', cpu(() => reads.query({ where, limit: 1 })), 'facets', cpu(() => reads.facets(where)));
}
console.log('json bytes 100 rows', JSON.stringify(reads.query({ limit: 100 })).length);
console.log('offset 90000', cpu(() => reads.query({ limit: 100, offset: 90_000 })));
const hist = createRunReads(openForReading('/tmp/fastdata/history'));
console.log('history', cpu(() => hist.history(undefined)));
const long = createRunReads(openForReading('/tmp/fastdata/long'));
console.log('samples', cpu(() => long.samples(1, { limit: 2000, sorted: true })));
console.log('run', cpu(() => long.get(1)));
console.log('compare12', cpu(() => long.compare({ pairs: [2,3,4,5,6,7,8].map((candidate) => ({ candidate, baseline: 1 })), statistic: 'p50' })));
