import { Segmentry } from '../../client/index.ts';
import { findConnection } from '../connection/connect.ts';
import { EXIT } from '../exit-codes.ts';
import { resolvePath } from '../resolve-path.ts';
import { UsageError } from '../usage-error.ts';
import type { AnalyzeFlags } from './analyze-flags.ts';
import { type AnalyzedInput, analyzeInput, type Run } from './analyze-input.ts';
import { eachOf } from './each-of.ts';
import type { Input } from './find-inputs.ts';
import { catchInterrupts } from './interrupts.ts';
import { createOutput, createRequest, findApart, identifyRun, pickObvious } from './prepare-run.ts';
import { createProgressView } from './progress-view.ts';
import { RunJournal } from './run-journal.ts';
import { watchFolders } from './watch-folders.ts';

/** `segmentry analyze`: everything that the arguments name, some at a time. */
export async function runAnalysis(given: readonly string[], flags: AnalyzeFlags): Promise<void> {
  const connection = findConnection(flags);
  const names = given.length === 0 ? [pickObvious(flags)] : given;
  const found = findApart(names, flags);
  if (found.inputs.length === 0 && flags.watch !== true) {
    throw new UsageError('There are no photographs, videos or zips in these folders.');
  }
  const segmentry = new Segmentry(connection);
  const output = createOutput(segmentry, flags);
  const interrupts = catchInterrupts();
  const view = createProgressView();
  const analyzed: AnalyzedInput[] = [];
  try {
    const run = await beginRun(names, flags, {
      url: connection.url,
      segmentry,
      ...output,
      view,
      signal: interrupts.signal,
    });
    for (const words of found.passedOver) view.note(`Passed over: ${words}.`);
    if (flags.watch === true)
      await analyzeComing(() => findApart(names, flags).inputs, { flags, run, analyzed });
    else await analyzeGiven(found.inputs, { flags, run, analyzed });
  } catch (error) {
    if (!interrupts.signal.aborted) throw error;
  } finally {
    view.end();
    interrupts.end();
    // Of nothing there is nothing to write.
    if (analyzed.length > 0) output.sink.end(analyzed.flatMap(({ jobs }) => jobs));
  }
  if (analyzed.some(({ hasFailed }) => hasFailed)) process.exitCode = EXIT.failed;
  // Whoever watches ends it by Ctrl-C.
  if (interrupts.signal.aborted && flags.watch !== true) {
    process.exitCode = EXIT.interrupted;
    console.error('Stopped. The same command goes on from here.');
  }
}

type Base = Pick<Run, 'segmentry' | 'view' | 'sink' | 'signal' | 'isForPeople'> & { readonly url: string };

async function beginRun(names: readonly string[], flags: AnalyzeFlags, base: Base): Promise<Run> {
  const request = await createRequest(base.segmentry, flags);
  const { models } = request;
  base.view.note(`${models.length === 1 ? 'Model' : 'Models'}: ${models.join(', ')}`);
  const out = flags.out === undefined ? null : resolvePath(flags.out);
  const journal = new RunJournal(await identifyRun(base.segmentry, names, { url: base.url, request, out }));
  const takenNames = new Set(journal.outputNames().map((name) => name.toLowerCase()));
  return { ...base, request, journal, takenNames };
}

interface Analyzing {
  readonly flags: AnalyzeFlags;
  readonly run: Run;
  /** What came of each, as it comes. */
  readonly analyzed: AnalyzedInput[];
}

async function analyzeGiven(inputs: readonly Input[], { flags, run, analyzed }: Analyzing): Promise<void> {
  run.view.expect(inputs.length);
  await eachOf(inputs, flags.parallel, async (input) => void analyzed.push(await analyzeInput(input, run)));
  if (analyzed.every(({ hasFailed }) => !hasFailed)) run.journal.remove();
}

/** Until Ctrl-C, or until something is wrong that every file would meet with. */
async function analyzeComing(
  find: () => readonly Input[],
  { flags, run, analyzed }: Analyzing,
): Promise<void> {
  const failed = new AbortController();
  const coming = watchFolders(find, {
    signal: AbortSignal.any([run.signal, failed.signal]),
    onFound: run.view.expect,
  });
  run.view.note('Watching. Ctrl-C ends it.');
  await eachOf(coming, flags.parallel, async (input) => {
    try {
      analyzed.push(await analyzeInput(input, run));
    } catch (error) {
      failed.abort();
      throw error;
    }
  });
}
