import { type App, Tags } from 'aws-cdk-lib';
import { ConsoleStack, wantsConsole } from './stacks/console.ts';
import { DataStack } from './stacks/data.ts';
import { GpuStack, wantsGpu } from './stacks/gpu.ts';
import { PipelineStack } from './stacks/pipeline.ts';
import { RealtimeStack, wantsRealtime } from './stacks/realtime.ts';
import { readStackPrefix } from './stage.ts';
import { differencesOf, readTarget } from './target.ts';

export interface Stacks {
  readonly data: DataStack;
  /** Undefined unless the operator asks for it, and on an emulator. */
  readonly gpu: GpuStack | undefined;
  readonly pipeline: PipelineStack;
  /** Undefined where the operator leaves it out. */
  readonly realtime: RealtimeStack | undefined;
  /** Undefined where the operator leaves it out, and on an emulator: a launcher serves the console there. */
  readonly console: ConsoleStack | undefined;
}

/** The stacks of a deployment. Only what holds data is protected: the others can be made again. */
export function createStacks(app: App): Stacks {
  const prefix = readStackPrefix(app);
  const tags = { product: 'segmentry' };
  const data = new DataStack(app, `${prefix}Data`, {
    tags,
    description: 'Segmentry: records, images and keys',
    terminationProtection: differencesOf(readTarget(app)).keepData,
  });
  const gpu =
    differencesOf(readTarget(app)).containerTasks && wantsGpu(app)
      ? new GpuStack(app, `${prefix}Gpu`, { tags, description: 'Segmentry: tasks with a GPU', data })
      : undefined;
  const hasConsole = differencesOf(readTarget(app)).contentDelivery && wantsConsole(app);
  const pipeline = new PipelineStack(app, prefix, {
    tags,
    description: 'Segmentry: image analysis, from upload to announced result',
    data,
    gpu,
    hasConsole,
  });
  const realtime = wantsRealtime(app)
    ? new RealtimeStack(app, `${prefix}Realtime`, {
        tags,
        description: 'Segmentry: live states over WebSocket',
        data,
      })
    : undefined;
  // It logs by the role that the pipeline's gateway gives to all of the account.
  realtime?.addStackDependency(pipeline);
  const console = hasConsole
    ? new ConsoleStack(app, `${prefix}Console`, {
        tags,
        description: 'Segmentry: the console, and the API under its address',
        data,
        restApi: pipeline.restApi,
        originSecret: pipeline.originSecret,
        liveStage: realtime?.liveStage,
      })
    : undefined;
  // Besides the stacks, what is in them: not all that CloudFormation makes takes the tags of its stack.
  for (const [name, value] of Object.entries(tags)) Tags.of(app).add(name, value);
  return { data, gpu, pipeline, realtime, console };
}
