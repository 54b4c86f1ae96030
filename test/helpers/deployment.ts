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

/** vitest's global set-up of the integration project: one emulator, one deploy. @returns what takes it down. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const undos: (() => Promise<void>)[] = [];
  const takeDown = async () => {
    for (const undo of undos) await undo();
  };
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => void takeDown().finally(() => process.exit(exitCode)));
  }
  try {
    const emulator = pickEmulator();
    const deployment = await bringUp({
      emulator,
      progress: createProgress(),
      onTakeDown: (undo) => undos.push(undo),
      context: TEST_SETTINGS,
    });
    const { apiUrl, liveUrl, endpointUrl, account, outputs, runPath } = deployment;
    project.provide('deployment', {
      ...{
        apiUrl,
        liveUrl,
        endpointUrl,
        account,
        outputs: outputs.Segmentry,
        emulator: emulator.name,
        runPath,
      },
      ...(await installTestModels(deployment)),
    });
  } catch (error) {
    await takeDown();
    throw error;
  }
  return takeDown;
}
