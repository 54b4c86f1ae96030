import { runVitest } from '../check/run-vitest.ts';
import { EMPTY_TALLY, formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { openImageWorkshop } from '../images/image-workshop.ts';
import { RUNS } from '../paths.ts';
import { createProgress } from '../progress.ts';
import { runCommand } from '../run-command.ts';
import { createRunFolder, sweepDeadRuns } from '../run-folder.ts';

const HELP = `Builds the container images of the functions from their own Dockerfiles, and runs each as Lambda would, behind a Runtime API
of the tests, with messages of the pipeline that is deployed to the emulator.

Usage: npm run test:images [-- --published]

  --published  on the images that the Dockerfiles name, from their registries; by default on a small Debian with the
               pinned Node and AWS's runtime client, which is made here by debootstrap (as root, on Linux)

Takes the Docker daemon that answers, else starts one (as root) and ends it. Where that can't be it says so and succeeds.
Its last line is "N passed, N failed", with ", N skipped" where tests were skipped; each skip says why.`;

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, {
    help: { type: 'boolean', short: 'h' },
    published: { type: 'boolean' },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  await sweepDeadRuns(RUNS);
  const run = createRunFolder(RUNS);
  scope.onEnd(run.end);
  const progress = createProgress(process.stderr, scope);
  const workshop = await openImageWorkshop({ ...scope, run, progress, published: values.published === true });
  if (typeof workshop === 'string') {
    console.log(`skipped: the container images (${workshop})`);
    console.log(formatTally({ ...EMPTY_TALLY, skipped: 1 }));
    return 0;
  }
  Object.assign(process.env, workshop.docker.environment);
  process.env.SEGMENTRY_BUILD_ARGUMENTS = JSON.stringify(workshop.buildArguments);
  const total = await runVitest({ projects: ['images'] }, scope);
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});
