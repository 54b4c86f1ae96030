import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installAdmin, parseAdmin } from '../accounts/install-admin.ts';
import { parseCommandLine, portOf, resolvePath } from '../command-line.ts';
import { buildConsole } from '../console/build-console.ts';
import { serveConsole } from '../console/serve-console.ts';
import { bringUp } from '../deploy/bring-up.ts';
import { checkModel, installModel } from '../models/install-model.ts';
import { nameModel } from '../models/model-name.ts';
import { findShippedModels } from '../models/shipped-models.ts';
import { OUT } from '../paths.ts';
import { pickEmulator } from '../pick-emulator.ts';
import { createProgress } from '../progress.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Brings the whole pipeline up on an emulator and leaves it up until Ctrl-C.

Usage: npm start -- [--model FILE.onnx]… [--admin EMAIL:PASSWORD] [--port N]

  --model FILE.onnx  put these weights into the stack too, under the file's name; may be repeated
  --admin E:P        make an admin with this email and password
  --port N           the emulator's port; by default any free one

The models that ship are in the stack. The console shows it in a browser. The addresses are printed, and written to out/endpoints.json. EMULATOR=… selects another emulator.`;

const ENDPOINTS = join(OUT, 'endpoints.json');

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
  const given = (values.model ?? []).map((path) => ({ path: resolvePath(path), ...nameModel(path) }));
  const admin = values.admin === undefined ? undefined : parseAdmin(values.admin);
  const models = await Promise.all([...findShippedModels(), ...given].map(checkModel));

  const progress = createProgress();
  const [deployment, folder] = await Promise.all([
    bringUp({ emulator: pickEmulator(), progress, port: portOf(values.port), onTakeDown: scope.onEnd }),
    progress.step('Build the console', buildConsole),
  ]);
  for (const model of models) {
    await progress.step(`Put ${model.manifest.id} into the stack`, () => installModel(model, deployment));
  }
  if (admin !== undefined) {
    await progress.step(`Make ${admin.email} an admin`, () =>
      installAdmin(admin, { ...deployment, tableName: deployment.outputs.Segmentry.TableName }),
    );
  }
  const { apiUrl, liveUrl, endpointUrl: bucketOrigin } = deployment;
  const pages = await serveConsole({ folder, apiUrl, liveUrl, bucketOrigin });
  scope.onEnd(pages.close);
  const endpoints = { consoleUrl: pages.url, apiUrl, liveUrl };
  mkdirSync(OUT, { recursive: true });
  writeFileSync(ENDPOINTS, `${JSON.stringify(endpoints, null, 2)}\n`);
  scope.onEnd(async () => rmSync(ENDPOINTS, { force: true }));

  progress.say(`\nThe stack is up. Stop it with Ctrl-C.\n  Console   ${pages.url}\n  API       ${apiUrl}`);
  if (liveUrl !== undefined) progress.say(`  Live      ${liveUrl}`);
  progress.say(`  AWS       ${deployment.endpointUrl} (for SDKs and the AWS CLI; keys test, test)`);
  progress.say(`  Addresses ${ENDPOINTS}`);
  await scope.untilInterrupted();
  return 0;
});
