import Database from 'better-sqlite3';
const cpu = (f: () => unknown) => { let best = 1e9; for (let i = 0; i < 6; i++) { const c = process.cpuUsage(); f(); const d = process.cpuUsage(c); best = Math.min(best, (d.user + d.system) / 1e3); } return best.toFixed(1); };
for (const [m, cache] of [[0, -2000], [1 << 30, -2000], [0, -65536]] as const) {
  const db = new Database('/tmp/fastdata/many/crivo.sqlite', { readonly: true });
  db.pragma('mmap_size = ' + m); db.pragma('cache_size = ' + cache); db.pragma('temp_store = MEMORY');
  const all = (sql: string) => { const s = db.prepare(sql); return cpu(() => s.all()); };
  const raw = (sql: string) => { const s = db.prepare(sql).raw(); return cpu(() => s.all()); };
  const pluck = (sql: string) => { const s = db.prepare(sql).pluck(); return cpu(() => s.all()); };
  console.log('mmap', m, 'cache', cache);
  console.log(' count filter', all("SELECT count(*) FROM runs WHERE status <> 'failed'"), all('SELECT count(*) FROM runs WHERE p50_ms < 0.2'), 'ids', pluck("SELECT id FROM runs WHERE status <> 'failed'"));
  console.log(' words', all("SELECT count(*) FROM runs WHERE model LIKE '%mobilenet%' OR variant LIKE '%mobilenet%' OR precision LIKE '%mobilenet%' OR provider LIKE '%mobilenet%' OR device LIKE '%mobilenet%' OR scenario LIKE '%mobilenet%' OR note LIKE '%mobilenet%'"));
  console.log(' group7', all('SELECT min(id), count(*) FROM runs GROUP BY cell_id, sweep_id, environment_id, status, noisy, device, precision'));
  console.log(' group5', all('SELECT min(id), count(*) FROM runs GROUP BY cell_id, sweep_id, environment_id, status, noisy'));
  console.log(' group cell', all('SELECT min(id), count(*) FROM runs GROUP BY cell_id'), 'status', all('SELECT status, count(*) FROM runs GROUP BY status'), 'sweep', all('SELECT sweep_id, count(*) FROM runs GROUP BY sweep_id'));
  console.log(' raw', raw('SELECT cell_id, sweep_id, environment_id, status, noisy, device, precision FROM runs'), raw('SELECT cell_id, sweep_id, noisy FROM runs'), pluck('SELECT cell_id FROM runs'));
  db.close();
}
