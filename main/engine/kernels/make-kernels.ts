/** Makes `kernels-wasm.ts` of `kernels.wat`: `node main/engine/kernels/make-kernels.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';

const source = join(import.meta.dirname, 'kernels.wat');
const { parseWat } = await wabt();
const module = parseWat(source, new Uint8Array(readFileSync(source)), { simd: true, sat_float_to_int: true });
module.validate();
const bytes = Buffer.from(module.toBinary({}).buffer);
writeFileSync(
  join(import.meta.dirname, 'kernels-wasm.ts'),
  `/** The bytes of \`kernels.wat\`, base64; made by \`make-kernels.ts\`. */\nexport const kernelsWasm =\n  '${bytes.toString('base64')}';\n`,
);
