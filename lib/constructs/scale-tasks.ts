import { Duration, Stack } from 'aws-cdk-lib';
import {
  AdjustmentType,
  MetricAggregationType,
  ScalableTarget,
  ServiceNamespace,
  StepScalingAction,
} from 'aws-cdk-lib/aws-applicationautoscaling';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ICluster, IService } from 'aws-cdk-lib/aws-ecs';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { planSteps } from '../gpu-scaling.ts';
import type { Settings } from '../settings.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ScaleTasksProps {
  readonly settings: Pick<Settings, 'gpuMaxTasks' | 'gpuMessagesPerTask' | 'gpuIdleMinutes'>;
  readonly cluster: ICluster;
  readonly service: IService;
  readonly jobs: WorkQueue;
}

const period = Duration.minutes(1);

/** AWS makes it with the first service that scales. */
const SERVICE_ROLE = {
  resource: 'role/aws-service-role/ecs.application-autoscaling.amazonaws.com',
  resourceName: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
};

/** As many tasks as there is work for, and none where there has been none for a while. */
export class ScaleTasks extends Construct {
  readonly #tasks: ScalableTarget;

  constructor(scope: Construct, id: string, { settings, cluster, service, jobs }: ScaleTasksProps) {
    super(scope, id);
    const { gpuMaxTasks: maxTasks, gpuMessagesPerTask: messagesPerTask } = settings;
    this.#tasks = new ScalableTarget(this, 'Tasks', {
      serviceNamespace: ServiceNamespace.ECS,
      resourceId: `service/${cluster.clusterName}/${service.serviceName}`,
      scalableDimension: 'ecs:service:DesiredCount',
      role: Role.fromRoleArn(
        this,
        'Role',
        Stack.of(this).formatArn({ service: 'iam', region: '', ...SERVICE_ROLE }),
      ),
      minCapacity: 0,
      maxCapacity: maxTasks,
    });
    // The reconciler's own measure: SQS's can come minutes late after a queue was idle.
    const messages = new Metric({
      namespace: 'Segmentry',
      metricName: 'GpuMessages',
      dimensionsMap: { service: 'reconcile', queue: jobs.queue.queueName },
      period,
      statistic: 'max',
    });
    const work = new Alarm(this, 'Work', {
      alarmDescription: 'Jobs wait for a GPU, or run on one: as many tasks are started as that takes.',
      metric: messages,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.IGNORE,
    });
    const steps = planSteps({ maxTasks, messagesPerTask });
    work.addAlarmAction(
      this.#set(
        'AsNeeded',
        steps.map(({ tasks, from, below }) => ({
          adjustment: tasks,
          // Counted from the alarm's threshold.
          lowerBound: from - 1,
          ...(below !== undefined && { upperBound: below - 1 }),
        })),
      ),
    );
    const idle = new Alarm(this, 'Idle', {
      alarmDescription: 'No job has asked for a GPU for a while: the last task is stopped.',
      metric: messages,
      threshold: 0,
      evaluationPeriods: settings.gpuIdleMinutes,
      comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.IGNORE,
    });
    idle.addAlarmAction(this.#set('None', [{ adjustment: 0, upperBound: 0 }]));
  }

  #set(
    id: string,
    adjustments: readonly { adjustment: number; lowerBound?: number; upperBound?: number }[],
  ): ApplicationScalingAction {
    const action = new StepScalingAction(this, id, {
      scalingTarget: this.#tasks,
      adjustmentType: AdjustmentType.EXACT_CAPACITY,
      metricAggregationType: MetricAggregationType.MAXIMUM,
      cooldown: period,
    });
    for (const adjustment of adjustments) action.addAdjustment(adjustment);
    return new ApplicationScalingAction(action);
  }
}
