import type { TestProject } from 'vitest/node';
import { bringUp, type Deployment } from '../../localstack/deploy/bring-up.ts';
import type { EmulatorAccount } from '../../localstack/emulator.ts';
import { pickEmulator } from '../../localstack/pick-emulator.ts';
import { createProgress } from '../../localstack/progress.ts';
import { installTestModels, type TestModels } from './test-models.ts';

/** The deployed app that all integration tests share: `inject('deployment')`. */
export interface TestDeployment extends TestModels {
  /** The API's address; `/v1/…` follows. */
  readonly apiUrl: string;
  /** Where live states are told; absent on an emulator without WebSocket APIs. */
  readonly liveUrl: string | undefined;
  /** For SDK clients, with `account`'s keys and region. */
  readonly endpointUrl: string;
  readonly account: EmulatorAccount;
  /** Of the pipeline's stack, by name. */
  readonly outputs: Deployment['outputs']['Segmentry'];
  /** The emulator's name. */
  readonly emulator: string;
  /** The folder that the emulator runs in. */
  readonly runPath: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    deployment: TestDeployment;
  }
}

/** Time-outs in seconds that make failures show within a test's patience. */
const TEST_SETTINGS = {
  analysisTimeoutSeconds: '20',
  analysisVisibilitySeconds: '20',
  ingestTimeoutSeconds: '20',
  ingestVisibilitySeconds: '20',
  segmentTimeoutSeconds: '60',
  segmentVisibilitySeconds: '60',
  videoSegmentFrames: '4',
  maxReceives: '2',
  analysisPriceCredits: '0.25',
  modelTrialSeconds: '25',
  modelCheckTimeoutSeconds: '60',
  modelCheckVisibilitySeconds: '60',
  webhookTimeoutSeconds: '2',
  webhookScheduleSeconds: '0,1,1,1,4,8,8,8',
};

interface Shared {
  readonly deployment: TestDeployment;
  readonly takeDown: () => Promise<void>;
}

/** Each project loads this module anew; what they share hangs on their process. */
const ofProcess = globalThis as { sharedDeployment?: Promise<Shared> };

/** vitest's global set-up of the projects that need a deployment: one emulator, one deploy. @returns what takes it down. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Images run with the settings that AWS is given.
  ofProcess.sharedDeployment ??= bringUpShared(project.name === 'images' ? {} : TEST_SETTINGS);
  const { deployment, takeDown } = await ofProcess.sharedDeployment;
  project.provide('deployment', deployment);
  return takeDown;
}

async function bringUpShared(context: Record<string, string>): Promise<Shared> {
  const undos: (() => Promise<void>)[] = [];
  const takeDown = async () => {
    for (const undo of undos.splice(0)) await undo();
  };
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => void takeDown().finally(() => process.exit(exitCode)));
  }
  try {
    const emulator = pickEmulator();
    const deployed = await bringUp({
      emulator,
      progress: createProgress(),
      onTakeDown: (undo) => undos.push(undo),
      context,
    });
    const models = await installTestModels(deployed);
    // Field by field: the processes of the tests can be given nothing but data.
    const { apiUrl, liveUrl, endpointUrl, account, outputs, runPath } = deployed;
    const stack = { apiUrl, liveUrl, endpointUrl, account, runPath, outputs: outputs.Segmentry };
    return { deployment: { ...models, ...stack, emulator: emulator.name }, takeDown };
  } catch (error) {
    await takeDown();
    throw error;
  }
}
