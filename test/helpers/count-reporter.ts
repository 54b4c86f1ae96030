import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule, TestSpecification } from 'vitest/node';

/**
 * Counts for the line that `npm test` ends with, and says of every skipped test why. A file or a set-up that
 * breaks counts as a failed test: its tests were never seen. A run may be broken off, so what is counted so far stands
 * there after each file, and beside it which files have not ended.
 */
// biome-ignore lint/style/noDefaultExport: vitest takes a reporter by its default export.
export default class CountReporter implements Reporter {
  readonly #ended: TestModule[] = [];
  #files: readonly string[] = [];

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#files = specifications.map(({ moduleId, project }) => relative(project.config.root, moduleId));
    this.#writeSoFar();
  }

  onTestModuleEnd(module: TestModule): void {
    this.#ended.push(module);
    this.#writeSoFar();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    for (const test of testsIn(modules, 'skipped')) {
      console.log(`skipped: ${test.fullName} (${reasonOf(test)})`);
    }
    writeCounts(count(modules, unhandledErrors));
  }

  #writeSoFar(): void {
    const ended = new Set(this.#ended.map(({ relativeModuleId }) => relativeModuleId));
    writeCounts({ ...count(this.#ended, []), unended: this.#files.filter((file) => !ended.has(file)) });
  }
}

const testsIn = (modules: readonly TestModule[], state: string) =>
  modules
    .flatMap((module) => [...module.children.allTests()])
    .filter((test) => test.result().state === state);

function writeCounts(counts: object): void {
  const path = process.env.SEGMENTRY_COUNTS_FILE;
  if (path !== undefined) writeFileSync(path, JSON.stringify(counts));
}

function count(modules: readonly TestModule[], unhandled: readonly unknown[]) {
  const countOf = (state: string) => testsIn(modules, state).length;
  const failures = [
    ...testsIn(modules, 'failed').map((test) =>
      line(`${test.module.relativeModuleId} > ${test.fullName}`, test.result().errors),
    ),
    ...modules
      .filter((module) => module.errors().length > 0)
      .map((module) => line(module.relativeModuleId, module.errors())),
    ...unhandled.map((error) => line('outside of any test', [error])),
  ];
  return {
    passed: countOf('passed'),
    failed: failures.length,
    skipped: countOf('skipped'),
    failures,
    unended: [] as readonly string[],
  };
}

/** What failed, and the first line of why. */
function line(what: string, errors: readonly unknown[] = []): string {
  const [error] = errors;
  const message = isMessage(error) ? error.message : String(error);
  return `${what}: ${stripVTControlCharacters(message).split('\n')[0]}`;
}

const isMessage = (error: unknown): error is { message: string } =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
}
