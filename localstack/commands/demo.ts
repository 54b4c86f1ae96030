import { writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { findDefaultModel, type ShippedModel } from '../../core/composition/shipped-models.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { checkWritable } from '../check-writable.ts';
import { DEMO_HELP, type DemoArguments, parseDemoArguments } from '../demo/demo-arguments.ts';
import { formatTable } from '../demo/format-table.ts';
import { type Analysis, createPipelineApi } from '../demo/pipeline-api.ts';
import { readPhotograph } from '../demo/read-photograph.ts';
import { readSample } from '../demo/sample.ts';
import { bringUp } from '../deploy/bring-up.ts';
import { installModel, type ModelFile, prepareModel } from '../models/install-model.ts';
import { nameModel } from '../models/model-name.ts';
import { findPhotographModel } from '../models/photograph-model.ts';
import { OUT, RUNS } from '../paths.ts';
import { pickEmulator } from '../pick-emulator.ts';
import { createProgress, type Progress } from '../progress.ts';
import { type CommandScope, runCommand } from '../run-command.ts';

await runCommand(async (scope) => {
  const options = parseDemoArguments(process.argv.slice(2));
  if (options.help) {
    console.log(DEMO_HELP);
    return 0;
  }
  const sample = options.photograph === undefined ? readSample() : undefined;
  const photograph = sample?.photograph ?? readPhotograph(options.photograph ?? '');
  checkWritable(OUT, RUNS);

  const startedAt = performance.now();
  const progress = createProgress(process.stderr, scope);
  const file = await chooseModel(options, progress);
  const model = await progress.step(`Check the model ${file.id}`, () => prepareModel(file));
  const { id, version } = model.manifest;
  const deployment = await bringUp({
    emulator: pickEmulator(),
    progress,
    port: options.port,
    onTakeDown: scope.onEnd,
  });
  await progress.step(`Put ${id} into the stack`, () => installModel(model, deployment));
  const api = await progress.step('Make a user and log in', () => createPipelineApi(deployment.apiUrl));
  const uploadId = await progress.step(`Upload ${photograph.filename}`, () =>
    api.upload(photograph, {
      model: `${id}@${version}`,
      options: AnalysisOptions.parse({ ...sample?.options, ...scaleFrom(options) }),
    }),
  );
  const jobId = await progress.step('Check, compress and store it', () => api.takenIn(uploadId));
  const job = await progress.step('Analyse it', () => api.finished(jobId));
  const analysis = await progress.step('Fetch the result, draw the overlay', () => api.fetchAnalysis(job));

  const paths = writeAnalysis(parse(photograph.filename).name, analysis);
  if (!options.json) console.log(`\n${formatTable(analysis.result, model.manifest)}\n`);
  progress.say(`Overlay: ${paths.overlay}\nResult:  ${paths.json}`);
  progress.say(`From start to result: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  if (options.json) console.log(analysis.json);
  if (options.keep) await keepUp(deployment.apiUrl, { progress, scope });
  return 0;
});

/** The one that is named; else for the photograph that ships the model that ships, for any other one of ordinary things. */
async function chooseModel(
  { model, photograph }: DemoArguments,
  progress: Progress,
): Promise<ModelFile | ShippedModel> {
  if (model !== undefined) return { path: model, ...nameModel(model) };
  return photograph === undefined ? findDefaultModel() : findPhotographModel(progress);
}

function scaleFrom({ pixelsPerCm }: DemoArguments) {
  return pixelsPerCm === undefined ? {} : { scale: { pixelsPerCm, uncertainty: 0 } };
}

function writeAnalysis(name: string, { json, overlayPng }: Analysis) {
  const paths = { json: join(OUT, `${name}.json`), overlay: join(OUT, `${name}.overlay.png`) };
  writeFileSync(paths.json, `${JSON.stringify(JSON.parse(json), null, 2)}\n`);
  writeFileSync(paths.overlay, overlayPng);
  return paths;
}

async function keepUp(apiUrl: string, { progress, scope }: { progress: Progress; scope: CommandScope }) {
  progress.say(`\nThe stack stays up at ${apiUrl} until you press Ctrl-C.`);
  await scope.untilInterrupted();
}
