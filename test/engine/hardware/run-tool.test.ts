import { expect, test } from 'vitest';
import { runTool, withDeadline } from '../../../main/engine/hardware/run-tool.ts';

const node = (script: string, deadlineMs = 10_000) => runTool(process.execPath, ['-e', script], deadlineMs);

test('gives what the tool wrote', async () => {
  expect(await node('console.log("GPU 0")')).toEqual({ ok: true, stdout: 'GPU 0\n' });
});

test('says why a tool could not be asked', async () => {
  expect(await runTool('crivo-no-such-tool', [], 1_000)).toEqual({
    ok: false,
    reason: 'crivo-no-such-tool is not installed',
  });
  expect(await node('console.log("\\n NVIDIA-SMI has failed\\n"); process.exit(9)')).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/failed with code 9: NVIDIA-SMI has failed$/),
  });
  expect(await node('setInterval(() => {}, 1000)', 200)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('did not answer within 0.2 s'),
  });
});

test('a deadline names what is late, and leaves what is in time alone', async () => {
  await expect(withDeadline('The list', 20, new Promise(() => {}))).rejects.toThrow(
    'The list did not answer within 0.02 s',
  );
  await expect(withDeadline('The list', 1_000, Promise.resolve(7))).resolves.toBe(7);
});
