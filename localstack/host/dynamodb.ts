import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMULATOR_HOME, PROJECT } from '../paths.ts';
import { withLock } from '../processes/lock.mjs';
import type { Progress } from '../progress.ts';
import { runProgram } from '../run-program.ts';
import { SetupError } from '../setup-error.ts';
import { checkJava, checkJavaTools } from './check-java.ts';

/** `lib/` holds the jars and native libraries, `classes/` the main class that binds 127.0.0.1. */
export const DYNAMODB_HOME = join(EMULATOR_HOME, 'dynamodb');

const SOURCES = join(PROJECT, 'localstack', 'host', 'dynamodb');
const POM = join(SOURCES, 'pom.xml');
const MAIN_CLASS = join(SOURCES, 'LoopbackDynamoDb.java');
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const TIMEOUT_MS = 300_000;

/**
 * Takes DynamoDB Local from Maven Central, unless it is there, whole, and what the sources say. The stamp is
 * written last, so that a half-made one is known and made again.
 * @throws SetupError that says what to install or check.
 */
export async function ensureDynamoDb(progress: Progress, folder = DYNAMODB_HOME): Promise<void> {
  checkDynamoDbTools(folder);
  if (isReady(folder)) return;
  await withLock(
    `${folder}.lock`,
    async () => {
      if (!isReady(folder)) await make(folder);
    },
    () => progress.say('  (waiting for another run that installs DynamoDB)'),
  );
}

/**
 * Whether this machine can run it, and install it where that is still to be done.
 * @throws SetupError that says what to install.
 */
export function checkDynamoDbTools(folder = DYNAMODB_HOME): void {
  if (isReady(folder)) checkJava();
  else checkJavaTools();
}

const stampOf = (folder: string) => join(folder, 'ready');

const digestOfSources = () =>
  createHash('sha256').update(readFileSync(POM)).update(readFileSync(MAIN_CLASS)).digest('hex');

const isReady = (folder: string) =>
  existsSync(stampOf(folder)) && readFileSync(stampOf(folder), 'utf8') === digestOfSources();

async function make(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const lib = join(folder, 'lib');
  const repository = join(folder, 'maven');
  mkdirSync(lib, { recursive: true });
  // Without versions in the names, for sqlite4java looks for its native library by its bare name.
  const copied = [`-Dmaven.repo.local=${repository}`, `-DoutputDirectory=${lib}`, '-Dmdep.stripVersion=true'];
  await run(folder, 'mvn', ['-B', '-q', '-C', '-f', POM, ...copied, '-DincludeScope=runtime', COPY]);
  rmSync(repository, { recursive: true, force: true });
  const classes = join(folder, 'classes');
  await run(folder, 'javac', ['--release', '17', '-cp', join(lib, '*'), '-d', classes, MAIN_CLASS]);
  writeFileSync(stampOf(folder), digestOfSources());
}

async function run(folder: string, program: string, args: readonly string[]): Promise<void> {
  const environment = process.env as Record<string, string>;
  const result = await runProgram(program, args, {
    environment,
    folder,
    timeoutMs: TIMEOUT_MS,
  });
  if (result.exitCode === 0) return;
  throw new SetupError(
    `Installing LocalStack's DynamoDB failed. Check that Maven Central can be reached (a mirror belongs into ` +
      `~/.m2/settings.xml), then run the command again. ${program} said at last:\n\n` +
      result.output.trimEnd().split('\n').slice(-15).join('\n'),
  );
}
