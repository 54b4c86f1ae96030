import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator, EmulatorAccount } from '../emulator.ts';
import { OUT, RUNS } from '../paths.ts';
import type { Progress } from '../progress.ts';
import { createRunFolder, type RunFolder, sweepDeadRuns } from '../run-folder.ts';
import { SetupError } from '../setup-error.ts';
import { ensureVideoTools } from '../video-tools/ensure-video-tools.ts';
import { deployApp, synthesize } from './deploy-app.ts';
import type { StackOutputs } from './stack-outputs.ts';

/** The app, deployed to an emulator that runs. */
export interface Deployment {
  /** The API's address; `/v1/…` follows. */
  readonly apiUrl: string;
  /** Where live states are told; absent where the stack of live states is left out. */
  readonly liveUrl: string | undefined;
  /** For SDK clients. */
  readonly endpointUrl: string;
  readonly account: EmulatorAccount;
  readonly outputs: StackOutputs;
  /** The folder that the emulator runs in. */
  readonly runPath: string;
  /** The last lines of the emulator's log. */
  logTail(lines: number): string;
  /** Ends the emulator and starts it again with its state, where `keepsState` was asked for. */
  restart(): Promise<void>;
}

export interface BringUpOptions {
  readonly emulator: Emulator;
  readonly progress: Progress;
  /** Told at once how to take down again what comes up, also when it comes up only in part. */
  readonly onTakeDown: (takeDown: () => Promise<void>) => void;
  readonly port?: number | undefined;
  /** CDK context: settings of the app, such as short time-outs for tests. */
  readonly context?: Record<string, string>;
  /** What else can be made while the emulator comes up. */
  readonly meanwhile?: { readonly title: string; readonly work: () => Promise<unknown> } | undefined;
  /** Whether the emulator is to be started again with its state. */
  readonly keepsState?: boolean;
}

/**
 * Installs, starts and deploys. The app is synthesized while the emulator comes up.
 * @throws SetupError with what to do about it.
 */
export async function bringUp(options: BringUpOptions): Promise<Deployment> {
  const { progress } = options;
  const swept = await sweepDeadRuns(RUNS);
  if (swept > 0)
    progress.say(`  (swept what ${swept} killed ${swept === 1 ? 'run' : 'runs'} had left behind)`);
  const run = createRunFolder(RUNS);
  options.onTakeDown(run.end);
  try {
    return await deployInto(run, options);
  } catch (error) {
    throw withKeptLog(error, run);
  }
}

async function deployInto(
  run: RunFolder,
  { emulator, progress, port, context, meanwhile, keepsState }: BringUpOptions,
): Promise<Deployment> {
  const tools = await installEmulator(emulator, progress);
  // What goes on at the same time is one step: times of steps add up.
  const titles = ['Synthesize the app', `start ${emulator.name}`, ...(meanwhile ? [meanwhile.title] : [])];
  const [assembly, running] = await progress.step(titles.join(', '), () =>
    Promise.all([
      synthesize(run, { ...tools, ...context }),
      emulator.start(run, { port, keepsState }),
      meanwhile?.work(),
    ]),
  );
  const outputs = await progress.step('Deploy', () => deployApp({ emulator: running, assembly }));
  const { RestApiId, StageName } = outputs.Segmentry;
  const live = outputs.SegmentryRealtime;
  return {
    apiUrl: running.restApiUrl(RestApiId, StageName),
    liveUrl: live && running.webSocketUrl?.(live.LiveApiId, live.LiveStageName),
    endpointUrl: running.endpointUrl,
    account: running.account,
    outputs,
    runPath: run.path,
    logTail: running.logTail,
    async restart() {
      await running.stop();
      await emulator.start(run, { port: Number(new URL(running.endpointUrl).port), keepsState });
    },
  };
}

/** Installs the emulator and what reads videos, where they are missing. @returns settings of the app that name them. */
export const installEmulator = (emulator: Emulator, progress: Progress) =>
  progress.step('Install what is missing', async () => {
    const [tools] = await Promise.all([ensureVideoTools(progress), emulator.prepare(progress)]);
    return tools;
  });

/** The run's folder goes away with the run; the log of a failed one is kept. */
function withKeptLog(error: unknown, run: RunFolder): unknown {
  const log = join(run.path, 'emulator.log');
  if (!(error instanceof SetupError) || !existsSync(log)) return error;
  mkdirSync(OUT, { recursive: true });
  const kept = join(OUT, 'emulator.log');
  copyFileSync(log, kept);
  return new SetupError(`${error.message}\n\nThe whole log: ${kept}`);
}
