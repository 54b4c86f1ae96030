import { type App, Tags } from 'aws-cdk-lib';
import { ConsoleStack, wantsConsole } from './stacks/console.ts';
import { DataStack } from './stacks/data.ts';
import { PipelineStack } from './stacks/pipeline.ts';
import { RealtimeStack, wantsRealtime } from './stacks/realtime.ts';
import { readStackPrefix } from './stage.ts';
import { differencesOf, readTarget } from './target.ts';

export interface Stacks {
  readonly data: DataStack;
  readonly pipeline: PipelineStack;
  /** Undefined where the operator leaves it out. */
  readonly realtime: RealtimeStack | undefined;
  /** Undefined where the operator leaves it out, and on an emulator: a launcher serves the console there. */
  readonly console: ConsoleStack | undefined;
}

/** The stacks of a deployment. Only what holds data is protected: the others can be made again. */
export function createStacks(app: App): Stacks {
  const prefix = readStackPrefix(app);
  const data = new DataStack(app, `${prefix}Data`, {
    description: 'Segmentry: records, images and keys',
    terminationProtection: differencesOf(readTarget(app)).keepData,
  });
  const pipeline = new PipelineStack(app, prefix, {
    description: 'Segmentry: image analysis, from upload to announced result',
    data,
  });
  const realtime = wantsRealtime(app)
    ? new RealtimeStack(app, `${prefix}Realtime`, {
        description: 'Segmentry: live states over WebSocket',
        data,
      })
    : undefined;
  const console =
    differencesOf(readTarget(app)).contentDelivery && wantsConsole(app)
      ? new ConsoleStack(app, `${prefix}Console`, {
          description: 'Segmentry: the console, and the API under its address',
          ...{ data, restApi: pipeline.restApi, liveStage: realtime?.liveStage },
        })
      : undefined;
  Tags.of(app).add('product', 'segmentry');
  return { data, pipeline, realtime, console };
}
