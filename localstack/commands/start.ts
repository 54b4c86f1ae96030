import { COMMON_OBJECTS } from '../../core/composition/common-objects.ts';
import { findShippedModels } from '../../core/composition/shipped-models.ts';
import { describeInt8Twin } from '../../core/contracts/int8-twin.ts';
import { installAdmin, parseAdmin } from '../accounts/install-admin.ts';
import { checkWritable } from '../check-writable.ts';
import { parseCommandLine, portOf, resolvePath } from '../command-line.ts';
import { buildConsole } from '../console/build-console.ts';
import { serveConsole } from '../console/serve-console.ts';
import { bringUp } from '../deploy/bring-up.ts';
import { warmUp } from '../deploy/warm-up.ts';
import { writeEndpoints } from '../endpoints-file.ts';
import { installModel, prepareModel } from '../models/install-model.ts';
import { nameModels } from '../models/model-name.ts';
import { findCommonObjects } from '../models/photograph-model.ts';
import { OUT, RUNS } from '../paths.ts';
import { pickEmulator } from '../pick-emulator.ts';
import { createProgress } from '../progress.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Brings the whole pipeline up on an emulator and leaves it up until Ctrl-C.

Usage: npm start -- [--model FILE.onnx]… [--admin EMAIL:PASSWORD] [--port N]

  --model FILE.onnx  put these weights into the stack too, under the file's name; may be repeated, with
                     files of other names
  --admin E:P        make an admin with this email and password
  --port N           the emulator's port; by default any free one

The models that ship are in the stack, and common-objects, which knows 80 kinds of ordinary things and is fetched
once. The console shows it in a browser. The addresses are printed, and written to out/endpoints.json, or to out/endpoints-2.json and so on while another stack is up. EMULATOR=… selects another emulator.`;

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, {
    help: { type: 'boolean', short: 'h' },
    model: { type: 'string', multiple: true },
    admin: { type: 'string' },
    port: { type: 'string' },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const shipped = findShippedModels();
  const given = nameModels((values.model ?? []).map(resolvePath), [
    COMMON_OBJECTS.id,
    ...shipped.map(({ id }) => id),
  ]);
  const admin = values.admin === undefined ? undefined : parseAdmin(values.admin);
  const port = portOf(values.port);
  checkWritable(OUT, RUNS);

  const progress = createProgress(process.stderr, scope);
  const startedAt = performance.now();
  const ordinary = await findCommonObjects(progress);
  const files = [...shipped, ...(ordinary ? [ordinary] : []), ...given];
  const models = await progress.step('Check the models', () => Promise.all(files.map(prepareModel)));
  const deployment = await bringUp({
    emulator: pickEmulator(),
    progress,
    port,
    onTakeDown: scope.onEnd,
    meanwhile: { title: 'build the console', work: buildConsole },
  });
  await progress.step('Put the models into the stack', () =>
    Promise.all(models.map((model) => installModel(model, deployment))),
  );
  if (admin !== undefined) {
    await progress.step(`Make ${admin.email} an admin`, () =>
      installAdmin(admin, { ...deployment, tableName: deployment.outputs.Segmentry.TableName }),
    );
  }
  const { apiUrl, liveUrl, endpointUrl: bucketOrigin } = deployment;
  await progress.step('Warm the functions, load the models', () =>
    warmUp(
      apiUrl,
      models.map(({ manifest }) => manifest),
    ),
  );
  const pages = await serveConsole({ folder: await buildConsole(), apiUrl, liveUrl, bucketOrigin });
  scope.onEnd(pages.close);
  const addresses = writeEndpoints({ consoleUrl: pages.url, apiUrl, liveUrl }, OUT);
  scope.onEnd(async () => addresses.remove());

  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  progress.say(`\nThe stack is up, after ${seconds} s. Stop it with Ctrl-C.`);
  progress.say(`  Console   ${pages.url}\n  API       ${apiUrl}`);
  if (liveUrl !== undefined) progress.say(`  Live      ${liveUrl}`);
  progress.say(`  AWS       ${deployment.endpointUrl} (for SDKs and the AWS CLI; keys test, test)`);
  progress.say(`  Addresses ${addresses.path}`);
  for (const { id, int8 } of shipped)
    if (int8 !== undefined) progress.say(`  (${describeInt8Twin(id, int8)})`);
  await scope.untilInterrupted();
  return 0;
});
