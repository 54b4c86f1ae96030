import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../../core/adapters/python/python-environment.ts';
import { runProgram } from '../../../core/adapters/python/run-program.ts';

const inProject = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Runs the publisher's own exporter in an environment made from a lock file, once. @throws ProgramFailedError */
export async function exportToOnnx(weightsPath: string, onnxPath: string): Promise<void> {
  const python = await ensurePythonEnvironment(
    {
      folder: inProject('.python/official'),
      lockFile: inProject('models/official/requirements.txt'),
    },
    () => console.error('Creating the Python environment (once; downloads some GB)'),
  );
  await runProgram(python, [inProject('models/official/export_official.py'), weightsPath, onnxPath]);
}
