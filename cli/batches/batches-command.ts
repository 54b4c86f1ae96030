import { type Command, Option } from 'commander';
import type { Batch, Segmentry } from '../../client/index.ts';
import { chooseModels } from '../analyze/choose-models.ts';
import {
  addConnectionOptions,
  addRemoteCommand,
  type ConnectionFlags,
  connect,
} from '../connection/connect.ts';
import { findDataset } from '../datasets/find-dataset.ts';
import { EXIT } from '../exit-codes.ts';
import { JOB_COLUMNS } from '../jobs/jobs-command.ts';
import { addAnalysisOptions, addDeviceOption } from '../options/add-analysis-options.ts';
import { collect, toCount } from '../options/parse-values.ts';
import { type AnalysisFlags, readGivenOptions } from '../options/read-options.ts';
import { type Columns, formatTime, printDone, printItem, printList } from '../terminal/print.ts';
import { saveAnswer } from '../terminal/save-answer.ts';
import { UsageError } from '../usage-error.ts';

interface CreateFlags extends AnalysisFlags, ConnectionFlags {
  readonly dataset?: string;
  readonly video?: string[];
  readonly model?: string[];
  readonly wait?: boolean;
}

const A_DAY_MS = 24 * 3_600_000;

const BATCH_COLUMNS: Columns<Batch> = {
  batch: ({ id }) => id,
  status: ({ status }) => status,
  jobs: ({ jobs }) => jobs,
  succeeded: ({ counts }) => counts.succeeded,
  failed: ({ counts }) => counts.failed || undefined,
  models: ({ models }) => models.join(', '),
  created: ({ createdAt }) => formatTime(createdAt),
};

/** `segmentry batches` */
export function addBatchesCommand(program: Command): void {
  const batches = program
    .command('batches')
    .description('Analyses many stored images with many models at once.');
  addRemoteCommand(batches, 'list', 'Your batches, newest first.', true)
    .option('--limit <number>', 'how many', toCount, 20)
    .action((flags: ConnectionFlags & { limit: number }) =>
      printList(connect(flags).list('listBatches'), BATCH_COLUMNS, flags),
    );
  const create = batches
    .command('create [image...]')
    .description('Analyses stored images, by id or SHA-256, or all of a dataset.')
    .option('--dataset <name>', 'all that is in this dataset')
    .option('--video <id>', 'a stored video; may be given several times', collect)
    .option('--model <id>', 'may be given several times; the obvious one where absent', collect)
    .option('--wait', 'wait until it has ended');
  addConnectionOptions(addDeviceOption(addAnalysisOptions(create))).action(createBatch);
  addRemoteCommand(batches, 'show <id>', 'A batch and how far it is.')
    .option('--wait', 'wait until it has ended')
    .action(async (id: string, flags: ConnectionFlags & { wait?: boolean }) => {
      const segmentry = connect(flags);
      await tellBatch(segmentry, await segmentry.api.getBatch({ id }), flags);
    });
  addRemoteCommand(batches, 'jobs <id>', 'The jobs of a batch, in the order they were asked for.')
    .option('--limit <number>', 'how many', toCount, 20)
    .action(async (id: string, flags: ConnectionFlags & { limit: number }) =>
      printList(connect(flags).list('listBatchJobs', { id }), JOB_COLUMNS, flags),
    );
  addRemoteCommand(batches, 'cancel <id>', 'Cancels the jobs of a batch that have not ended.').action(
    async (id: string, flags: ConnectionFlags) =>
      printDone(`${id} is being canceled.`, await connect(flags).api.cancelBatch({ id }), flags.json),
  );
  addRemoteCommand(batches, 'retry <id>', 'Does the failed jobs of a batch once more.').action(
    async (id: string, flags: ConnectionFlags) =>
      printDone(
        `The failed jobs of ${id} are queued anew.`,
        await connect(flags).api.retryBatch({ id }),
        flags.json,
      ),
  );
  addRemoteCommand(batches, 'results <id>', 'The results of a batch so far, in one file.')
    .addOption(
      new Option('--format <format>', 'JSON lines, one row a detection, or COCO')
        .choices(['jsonl', 'csv', 'coco'])
        .default('jsonl'),
    )
    .option('--out <file>', 'where to write it; stdout where absent')
    .action(saveResults);
}

async function createBatch(images: string[], flags: CreateFlags): Promise<void> {
  const { dataset, video: videos } = flags;
  if (dataset === undefined && images.length === 0 && videos === undefined) {
    throw new UsageError('Name images, videos or a dataset. "segmentry analyze" sends files.');
  }
  const segmentry = connect(flags);
  const batch = await segmentry.api.createBatch({
    models: await chooseModels(segmentry, flags.model),
    options: readGivenOptions(flags),
    ...(images.length > 0 && { images }),
    ...(videos !== undefined && { videos }),
    ...(dataset !== undefined && { dataset: (await findDataset(segmentry, dataset)).id }),
  });
  await tellBatch(segmentry, batch, flags);
}

async function tellBatch(
  segmentry: Segmentry,
  first: Batch,
  { wait, json }: { wait?: boolean; json?: boolean },
): Promise<void> {
  const batch = wait === true ? await segmentry.waitForBatch(first.id, { timeoutMs: A_DAY_MS }) : first;
  printItem(batch, json);
  if (wait === true && batch.counts.succeeded < batch.jobs) process.exitCode = EXIT.failed;
}

interface ResultsFlags extends ConnectionFlags {
  readonly format: 'jsonl' | 'csv' | 'coco';
  readonly out?: string;
}

async function saveResults(id: string, { format, out, ...flags }: ResultsFlags): Promise<void> {
  await saveAnswer(await connect(flags).batchResults(id, format), out);
}
