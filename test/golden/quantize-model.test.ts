import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { quantizeModel } from '../../cli/models/quantize-model.ts';
import { findQuantizePython } from '../helpers/fixture-python.ts';
import { makeImage } from '../helpers/make-image.ts';
import { needs } from '../helpers/needs.ts';

const python = await findQuantizePython();
const folder = mkdtempSync(join(tmpdir(), 'segmentry-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `test/fixtures/vision/make_models.py` makes, beside photographs to calibrate it with. */
async function prepare(name: string) {
  const path = join(folder, `${name}.onnx`);
  copyFileSync(fileURLToPath(new URL(`../fixtures/vision/models/${name}.onnx`, import.meta.url)), path);
  for (let index = 0; index < 8; index += 1)
    writeFileSync(join(folder, `${index}.jpg`), await makeImage(index * 1_000_003));
  return { path, photographs: folder, out: join(folder, `${name}-int8.onnx`) };
}

describe('a model in 8 bits', () => {
  needs(python !== undefined, 'Python with ONNX Runtime');

  // The quantizer copies a bias that nodes share under its name and a number, and took the tensor of that name for the copy.
  test('is made of a network whose nodes share a bias, and finds what the original finds', async () => {
    const wanted = await prepare('shared-bias');
    const made = await quantizeModel(wanted);
    expect(made).toMatchObject({ wanted: 16, found: 16, meanOverlap: 1, isRecommended: true });
    const [int8, fp32] = [wanted.out, wanted.path].map((path) => readFileSync(path, 'latin1'));
    expect(fp32).not.toContain('DequantizeLinear');
    expect(int8).toContain('DequantizeLinear');
    expect(JSON.parse(readFileSync(made.manifest ?? '', 'utf8'))).toMatchObject({
      version: 'local-int8',
      int8: { wanted: 16, found: 16, overlap: 1 },
    });
  });
});
