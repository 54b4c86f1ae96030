import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { AnalyzeOnGpu } from '../constructs/analyze-on-gpu.ts';
import { GpuCapacity } from '../constructs/gpu-capacity.ts';
import { OperatorAlarms } from '../constructs/operator-alarms.ts';
import { ScaleTasks } from '../constructs/scale-tasks.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import { readCreditSettings } from '../credits.ts';
import { readSettings } from '../settings.ts';
import type { DataStack } from './data.ts';

export interface GpuStackProps extends StackProps {
  readonly data: Pick<DataStack, 'table' | 'bucket'>;
}

/** `-c gpu=true` makes the stack. @throws where it says something else than true or false. */
export function wantsGpu(scope: Construct): boolean {
  const given = String(scope.node.tryGetContext('gpu') ?? 'false');
  if (given === 'true' || given === 'false') return given === 'true';
  throw new Error(`The setting gpu must be true or false, not "${given}".`);
}

const LATE = Duration.minutes(15);
const period = Duration.minutes(5);

/** Tasks with a GPU, from none to as many as there is work for and back, and the queue of their jobs. */
export class GpuStack extends Stack {
  readonly jobs: WorkQueue;

  constructor(scope: Construct, id: string, { data, ...props }: GpuStackProps) {
    super(scope, id, props);
    const settings = readSettings(this);
    const credits = readCreditSettings(this);
    const alarms = new OperatorAlarms(this, 'Alarms');
    this.jobs = new WorkQueue(this, 'Gpu', {
      // Tasks hide what they take for as long as they hold its job.
      visibilitySeconds: settings.gpuLeaseSeconds,
      maxReceives: settings.maxReceives,
      alarms,
    });
    const capacity = new GpuCapacity(this, 'Capacity', settings);
    const { service } = new AnalyzeOnGpu(this, 'AnalyzeOnGpu', {
      ...data,
      settings,
      credits,
      jobs: this.jobs,
      capacity,
    });
    new ScaleTasks(this, 'Scaling', { settings, cluster: capacity.cluster, service, jobs: this.jobs });

    alarms.when('GpuLate', {
      alarmDescription: `A job has waited for a GPU for more than ${LATE.toMinutes()} minutes.`,
      metric: this.jobs.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'max' }),
      threshold: LATE.toSeconds(),
    });
    alarms.when('GpuMissing', {
      alarmDescription: 'A task has no CUDA, and computes on the processor.',
      metric: new Metric({
        namespace: 'Segmentry',
        metricName: 'ProviderMissing',
        dimensionsMap: { service: 'analyze-image-task', queue: this.jobs.queue.queueName },
        period,
        statistic: 'sum',
      }),
      threshold: 1,
    });

    new CfnOutput(this, 'GpuQueueUrl', { value: this.jobs.queue.queueUrl });
    new CfnOutput(this, 'GpuDeadLettersUrl', { value: this.jobs.deadLetters.queueUrl });
    new CfnOutput(this, 'ClusterName', { value: capacity.cluster.clusterName });
    new CfnOutput(this, 'ServiceName', { value: service.serviceName });
  }
}
