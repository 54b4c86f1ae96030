import { readFile, writeFile } from 'node:fs/promises';
import { runTrial } from '../../core/adapters/onnx/run-trial.ts';
import { TRIAL_FILES } from '../../core/adapters/onnx/try-model.ts';
import { ModelManifest } from '../../core/contracts/model-manifest.ts';

// The program of a model's trial: reads and writes its own folder, and may be brought down at any point.
const manifest = ModelManifest.parse(JSON.parse(await readFile(TRIAL_FILES.manifest, 'utf8')));
const refusal = await runTrial(await readFile(TRIAL_FILES.weights), manifest);
await writeFile(TRIAL_FILES.report, JSON.stringify({ refusal }));
// ONNX Runtime's threads would keep the process.
process.exit();
