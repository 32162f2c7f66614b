import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { waitUntilCalm } from '../../main/inference/wait-until-calm.ts';

test('a thread that spins is waited for', async () => {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     parentPort.postMessage('begun');
     const endsMs = Date.now() + 30;
     while (Date.now() < endsMs);
     Atomics.store(workerData, 0, 1);`,
    { eval: true, workerData: done },
  );
  await once(worker, 'message');
  await waitUntilCalm();
  expect(Atomics.load(done, 0)).toBe(1);
  await worker.terminate();
});

test('a process in which nothing rests is not waited for without end', async () => {
  const worker = new Worker('for (;;);', { eval: true });
  await once(worker, 'online');
  await waitUntilCalm();
  await worker.terminate();
});
