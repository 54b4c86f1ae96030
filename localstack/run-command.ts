import { constants } from 'node:os';
import { SetupError, UsageError } from './setup-error.ts';

/** What has to be undone when the command ends, however it ends. */
export interface CommandScope {
  readonly onEnd: (undo: () => Promise<void>) => void;
  /** Waits for a Ctrl-C or another signal, which then ends the command. */
  readonly untilInterrupted: () => Promise<never>;
  /** Whether that has happened, and what was brought up is being taken down. */
  readonly isEnding: () => boolean;
}

/** The process's exit code. */
type ExitCode = number;

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/**
 * Runs a command to its end and exits: 0 or what it returns, 1 where it fails, 2 where it was called wrongly,
 * 128 + signal where it was interrupted. In every case what it brought up is taken down first.
 */
export async function runCommand(command: (scope: CommandScope) => Promise<ExitCode>): Promise<never> {
  const undos: (() => Promise<void>)[] = [];
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= undoAll(undos);
    return ending;
  };
  onInterruption((exitCode) => {
    if (ending === undefined) console.error('\nStopping…');
    void end().finally(() => process.exit(exitCode));
  });
  const scope: CommandScope = {
    onEnd: (undo) => void undos.push(undo),
    untilInterrupted: waitForever,
    isEnding: () => ending !== undefined,
  };
  const exitCode = await command(scope).catch((error: unknown) =>
    ending === undefined ? explain(error) : EXIT_FAILURE,
  );
  // After an interruption the handler above decides on the exit code.
  if (ending !== undefined) return waitForever();
  await end();
  await outputTaken();
  return process.exit(exitCode);
}

/** Whoever reads the output may be slow, or gone. */
const outputTaken = () =>
  new Promise<void>((resolve) => {
    process.stdout.once('error', () => resolve());
    process.stdout.write('', () => resolve());
  });

/** A timer keeps the process alive where nothing else does. */
const waitForever = () => new Promise<never>(() => setInterval(() => {}, 2 ** 30));

async function undoAll(undos: readonly (() => Promise<void>)[]): Promise<void> {
  for (const undo of undos.toReversed()) {
    await undo().catch((error: unknown) => console.error(`While taking down: ${String(error)}`));
  }
}

/** Signals, and the death of the entry that started this process: it holds the other end of the channel. */
function onInterruption(interrupt: (exitCode: number) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupt(128 + constants.signals[signal]));
  }
  if (process.channel) {
    process.once('disconnect', () => interrupt(128 + constants.signals.SIGTERM));
    process.channel.unref();
  }
}

function explain(error: unknown): ExitCode {
  if (error instanceof UsageError) {
    console.error(error.message);
    return EXIT_USAGE;
  }
  console.error(error instanceof SetupError ? `\n${error.message}` : error);
  return EXIT_FAILURE;
}
