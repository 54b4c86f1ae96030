import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import { ProgramFailedError } from '../../core/adapters/python/run-program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A Python with what the fixtures' programs import; undefined, with the reason printed, where none can be made. */
export async function findFixturePython(): Promise<string | undefined> {
  try {
    return await ensurePythonEnvironment(
      { folder: `${ROOT}.python/fixtures`, lockFile: `${ROOT}test/fixtures/vision/requirements.txt` },
      () => process.stderr.write("Making the Python environment of the tests' fixtures, once …\n"),
    );
  } catch (error) {
    if (!(error instanceof ProgramFailedError)) throw error;
    process.stderr.write(`Skipped what needs Python: ${error.message}\n`);
    return undefined;
  }
}
