import { spawnSync } from 'node:child_process';
import { SetupError } from '../setup-error.ts';

const OLDEST_JAVA = 17;

export interface JavaTools {
  /** The first line a program answers with, undefined where it is not there. */
  readonly firstLineOf?: (program: string, args: readonly string[]) => string | undefined;
}

/**
 * What LocalStack's DynamoDB runs on.
 * @throws SetupError that says what is missing or too old, and what to install.
 */
export function checkJava({ firstLineOf = readFirstLine }: JavaTools = {}): void {
  checkVersion('java', firstLineOf);
}

/**
 * What LocalStack's DynamoDB is installed with.
 * @throws SetupError that says which of `java`, `javac` and `mvn` is missing or too old, and what to install.
 */
export function checkJavaTools({ firstLineOf = readFirstLine }: JavaTools = {}): void {
  for (const program of ['java', 'javac']) checkVersion(program, firstLineOf);
  if (firstLineOf('mvn', ['--version']) !== undefined) return;
  throw new SetupError(
    "LocalStack's DynamoDB is installed with Maven, and there is no mvn here. Install it (Debian, Ubuntu: " +
      'apt-get install maven; macOS: brew install maven).',
  );
}

function checkVersion(program: string, firstLineOf: NonNullable<JavaTools['firstLineOf']>): void {
  const line = firstLineOf(program, ['-version']);
  const major = Number(/(\d+)[.\d]*/.exec(line ?? '')?.[1] ?? 0);
  if (major >= OLDEST_JAVA) return;
  const what = line === undefined ? `there is no ${program} here` : `this ${program} is older (${line})`;
  throw new SetupError(
    `LocalStack's DynamoDB needs a Java Development Kit of version ${OLDEST_JAVA} or newer, and ${what}. ` +
      'Install one (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless; macOS: brew install openjdk).',
  );
}

function readFirstLine(program: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 30_000 });
  if (status !== 0) return undefined;
  return `${stdout}${stderr}`.split('\n').find((line) => /\d/.test(line)) ?? '';
}
