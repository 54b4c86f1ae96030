import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import { ProgramFailedError } from '../../core/adapters/python/run-program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A Python with what the fixtures' programs import. */
export const findFixturePython = () => findPython('fixtures', 'test/fixtures/vision/requirements.txt');

/** The one that `models quantize` uses. */
export const findQuantizePython = () => findPython('quantize', 'models/quantize/requirements.txt');

/** Undefined, with the reason printed, where none can be made. */
async function findPython(name: string, lockFile: string): Promise<string | undefined> {
  try {
    return await ensurePythonEnvironment(
      { folder: `${ROOT}.python/${name}`, lockFile: `${ROOT}${lockFile}` },
      () => process.stderr.write(`Making the Python environment "${name}", once …\n`),
    );
  } catch (error) {
    if (!(error instanceof ProgramFailedError)) throw error;
    process.stderr.write(`Skipped what needs Python: ${error.message}\n`);
    return undefined;
  }
}
