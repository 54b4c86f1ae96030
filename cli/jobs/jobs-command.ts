import { type Command, Option } from 'commander';
import type { Job } from '../../client/index.ts';
import { addRemoteCommand, type ConnectionFlags, connect } from '../connection/connect.ts';
import { EXIT } from '../exit-codes.ts';
import { toCount } from '../options/parse-values.ts';
import { type Columns, formatTime, printDone, printItem, printList } from '../terminal/print.ts';
import { saveAnswer } from '../terminal/save-answer.ts';

interface ListFlags extends ConnectionFlags {
  readonly status?: Job['status'];
  readonly image?: string;
  readonly limit: number;
}

const A_DAY_MS = 24 * 3_600_000;

export const JOB_COLUMNS: Columns<Job> = {
  job: ({ id }) => id,
  status: ({ status, error }) => (error === undefined ? status : `${status} (${error.code})`),
  model: ({ model }) => model,
  of: ({ image, video }) => image ?? video,
  found: ({ summary }) => summary?.map(({ class: name, count }) => `${count} ${name}`).join(', '),
  created: ({ createdAt }) => formatTime(createdAt),
};

/** `segmentry jobs` */
export function addJobsCommand(program: Command): void {
  const jobs = program.command('jobs').description('Lists and looks at your jobs.');
  addRemoteCommand(jobs, 'list', 'Your jobs, newest first.', true)
    .addOption(
      new Option('--status <status>', 'only those that stand so').choices([
        'queued',
        'running',
        'succeeded',
        'failed',
        'canceled',
      ]),
    )
    .option('--image <id>', 'only those of this image')
    .option('--limit <number>', 'how many', toCount, 20)
    .action(async ({ status, image, ...flags }: ListFlags) => {
      const filter = { ...(status !== undefined && { status }), ...(image !== undefined && { image }) };
      await printList(connect(flags).list('listJobs', filter), JOB_COLUMNS, flags);
    });
  addRemoteCommand(jobs, 'show <id>', 'A job.').action(async (id: string, flags: ConnectionFlags) =>
    printItem(await connect(flags).api.getJob({ id }), flags.json),
  );
  addRemoteCommand(
    jobs,
    'wait <id...>',
    'Waits until jobs have ended; exits with 1 where one did not succeed.',
  ).action(waitForJobs);
  addRemoteCommand(jobs, 'result <id>', 'The result document of a job, as JSON.').action(
    async (id: string, flags: ConnectionFlags) =>
      console.log(JSON.stringify(await connect(flags).api.getJobResult({ id }))),
  );
  addRemoteCommand(jobs, 'overlay <id>', 'The image of a job with masks, boxes and labels drawn.')
    .option('--out <file>', 'where to write it; ID.png where absent')
    .action(saveOverlay);
  addRemoteCommand(jobs, 'cancel <id...>', 'Cancels jobs that have not ended.').action(
    async (ids: string[], flags: ConnectionFlags) => {
      const { api } = connect(flags);
      for (const id of ids) {
        const { status } = await api.cancelJob({ id });
        printDone(`${id} is ${status}.`, { id, status }, flags.json);
      }
    },
  );
}

async function waitForJobs(ids: string[], flags: ConnectionFlags): Promise<void> {
  const segmentry = connect(flags);
  const jobs = await Promise.all(ids.map((id) => segmentry.api.getJob({ id })));
  const ended = await segmentry.waitForJobs(jobs, { timeoutMs: A_DAY_MS });
  await printList(ended, JOB_COLUMNS, flags);
  if (ended.some(({ status }) => status !== 'succeeded')) process.exitCode = EXIT.failed;
}

async function saveOverlay(id: string, flags: ConnectionFlags & { out?: string }): Promise<void> {
  const path = flags.out ?? `${id}.png`;
  await saveAnswer(await connect(flags).api.getJobOverlay({ id }), path);
  printDone(`Written to ${path}.`, { id, path }, flags.json);
}
