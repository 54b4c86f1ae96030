import { loadavg } from 'node:os';
import { join } from 'node:path';
import { findDefaultModel } from '../../core/composition/shipped-models.ts';
import { bringUp } from '../../localstack/deploy/bring-up.ts';
import { openImageWorkshop } from '../../localstack/images/image-workshop.ts';
import { installModel, prepareModel } from '../../localstack/models/install-model.ts';
import { RUNS } from '../../localstack/paths.ts';
import { pickEmulator } from '../../localstack/pick-emulator.ts';
import { createProgress } from '../../localstack/progress.ts';
import { runCommand } from '../../localstack/run-command.ts';
import { createRunFolder, sweepDeadRuns } from '../../localstack/run-folder.ts';
import { SetupError } from '../../localstack/setup-error.ts';
import { createAwsClients } from '../../test/helpers/aws-clients.ts';
import { type BuiltImage, buildImage } from '../../test/helpers/images/build-image.ts';
import { detachFunction } from '../../test/helpers/images/detach-function.ts';
import { type ContainerImage, synthesizeImages } from '../../test/helpers/images/read-images.ts';
import { signIn } from '../batches/upload-images.ts';
import { readSize } from '../read-size.ts';
import { type ColdStart, measureColdStart } from './measure-cold-start.ts';
import { keepResult } from './report.ts';
import { submitImage } from './submit-image.ts';

/**
 * `npm run bench:images [-- --starts 30] [--published]`: how large the container images are, and how long a new process
 * of the one that runs models takes to its first result, with the model that ships first.
 */
const STARTS = 30;
const MEASURED = 'analyze-image';

await runCommand(async (scope) => {
  const starts = readSize('starts', STARTS);
  const published = process.argv.includes('--published');
  const loadBefore = loadavg()[0] ?? 0;
  const progress = createProgress(process.stderr, scope);
  await sweepDeadRuns(RUNS);
  const run = createRunFolder(RUNS);
  scope.onEnd(run.end);
  const workshop = await openImageWorkshop({ ...scope, run, progress, published });
  if (typeof workshop === 'string') throw new SetupError(`Images can't be built here: ${workshop}.`);
  const { docker, buildArguments } = workshop;
  const deployment = await bringUp({ emulator: pickEmulator(), progress, onTakeDown: scope.onEnd });
  const model = findDefaultModel();
  await installModel(await prepareModel(model), deployment);
  const images = await progress.step('Synthesize the app for AWS', async () =>
    synthesizeImages(join(run.path, 'assembly')),
  );
  const built = new Map<string, BuiltImage>();
  for (const image of images.values()) {
    const build = () => buildImage(docker, image, buildArguments);
    built.set(image.name, await progress.step(`Build ${image.name}`, build));
  }
  const { memoryMb, timeoutSeconds, ...image } = images.get(MEASURED) as ContainerImage;
  const environment = await detachFunction(deployment, image);
  const { outputs, apiUrl } = deployment;
  const place = {
    docker,
    sqs: createAwsClients(deployment).sqs,
    queueUrl: outputs.Segmentry.AnalysisQueueUrl,
  };
  const options = { image: built.get(MEASURED)?.tag ?? '', memoryMb, timeoutSeconds, environment };
  const call = await signIn(apiUrl);
  const coldStarts: ColdStart[] = [];
  for (let start = 1; start <= starts; start += 1) {
    await submitImage(call, model.id);
    const measure = () => measureColdStart(place, options);
    coldStarts.push(await progress.step(`Start ${MEASURED}, ${start} of ${starts}`, measure));
  }
  keepResult({ built, coldStarts, published, memoryMb, model: model.id, loadBefore });
  return 0;
});
