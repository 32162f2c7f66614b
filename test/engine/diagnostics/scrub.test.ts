import fc from 'fast-check';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { personalTo, scrub, scrubText } from '../../../main/engine/diagnostics/scrub.ts';

const personal = personalTo('/srv/crivo data');

test.each([
  ['/home/ana/models/secret.onnx is no model', '<path.onnx> is no model'],
  ['the folder "/mnt/Projeto Ana/in.csv", line 3', 'the folder "<path.csv>", line 3'],
  [String.raw`C:\Users\Ana Silva\x.onnx can't be read`, "<path.onnx> can't be read"],
  [String.raw`\\server\share\Ana\x.bin`, '<path.bin>'],
  ['file:///home/ana/x.ts:3:4', '<path.ts>:3:4'],
  ['at /srv/crivo data/artifacts/ab/model.onnx', 'at <data>/artifacts/ab/model.onnx'],
  ['1/2 of 3 cells/s, and/or 5 ms', '1/2 of 3 cells/s, and/or 5 ms'],
  ['WebGpuExecutionProvider 8/8', 'WebGpuExecutionProvider 8/8'],
])('%s', (text, clean) => {
  expect(scrubText(text, personal)).toBe(clean);
});

test('what names this user and machine goes from every text, at any depth; numbers and names of fields stay', () => {
  const value = { path: join(homedir(), 'x'), list: [`on ${hostname()}`], count: 3, flag: true, nothing: null };
  expect(
    scrub(value, {
      replacements: [
        [hostname(), '<machine>'],
        [homedir(), '<home>'],
      ],
    }),
  ).toEqual({
    path: expect.stringContaining('<home>') as unknown,
    list: ['on <machine>'],
    count: 3,
    flag: true,
    nothing: null,
  });
});

test('no folder of an absolute path is left, whatever its name', () => {
  const name = fc.stringMatching(/^[a-zA-Zçã_-]{3,12}$/);
  fc.assert(
    fc.property(name, name, (folder, file) => {
      for (const path of [`/zz/${folder}/${file}.onnx`, `D:\\${folder}\\${file}.onnx`])
        expect(scrubText(`could not read ${path}: no`, personal)).toBe('could not read <path.onnx>: no');
    }),
  );
});
