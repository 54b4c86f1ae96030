import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { PROJECT } from './localstack/paths.ts';
import { LongestFirst } from './test/helpers/longest-first.ts';

// Tests start programs of this project a few hundred times: compiled code halves the processor time that a start takes.
process.env.NODE_COMPILE_CACHE ??= join(PROJECT, 'node_modules/.cache/compiled');

/** Changes what all share, and so comes after the other tests of the deployment: how long a queue hides messages, and when it is empty. */
const ALONE = ['test/integration/queues.test.ts'];
/** The container images, by `npm run test:images`, which finds or starts Docker. */
const IMAGES = ['test/images/**/*.test.ts'];
/** Kills functions for minutes: by `npm run test:soak`. The faults' short form kills them in `npm test`. */
const SOAK = ['test/integration/chaos.test.ts'];

/**
 * pip compiles whatever it installs, which takes as long as the rest; Python compiles what it loads by itself, and keeps it
 * also where the machine would not.
 */
const PYTHON = { PIP_COMPILE: '0', PYTHONDONTWRITEBYTECODE: '' };

const deployed = {
  env: PYTHON,
  globalSetup: ['test/helpers/deployment.ts'],
  // LocalStack takes about three times as long as MiniStack.
  testTimeout: process.env.EMULATOR === 'localstack' ? 360_000 : 120_000,
  hookTimeout: 300_000,
  // By default a second: less than a request takes while others are waited for too.
  expect: { poll: { timeout: 20_000 } },
};

/**
 * Tests are two queues, each of what waits and of what computes: those of the deployment, then templates; after them
 * the file that must be alone with the deployment, the faults, which have a deployment of their own, golden and unit tests.
 */
const LAST = { groupOrder: 1 };

export default defineConfig({
  test: {
    // By default vitest leaves a core to itself, which is half of two. Most tests of the deployment wait more than they
    // compute; on LocalStack, which takes more of the processor, announcements come late where more are run.
    maxWorkers: availableParallelism() + (process.env.EMULATOR === 'localstack' ? 1 : 2),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Files share the modules they import: loading them anew for each takes longer than all tests.
          isolate: false,
          unstubEnvs: true,
          setupFiles: ['test/helpers/restore-environment.ts'],
          restoreMocks: true,
          testTimeout: 30_000,
          sequence: LAST,
          // Handlers write a line for each request.
          env: { POWERTOOLS_LOG_LEVEL: 'WARN' },
        },
      },
      {
        test: {
          name: 'golden',
          include: ['test/golden/**/*.test.ts'],
          sequence: LAST,
          env: PYTHON,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          // Files share what they synthesize, and CDK itself, which takes seconds to load.
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          sequence: LAST,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...deployed,
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          exclude: [...ALONE, ...SOAK],
          isolate: false,
        },
      },
      {
        test: {
          ...deployed,
          name: 'integration-alone',
          include: ALONE,
          sequence: LAST,
        },
      },
      {
        test: {
          ...deployed,
          name: 'soak',
          include: SOAK,
        },
      },
      {
        test: {
          ...deployed,
          name: 'images',
          include: IMAGES,
          maxWorkers: 1,
        },
      },
    ],
  },
});
