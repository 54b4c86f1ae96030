import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../lib/settings.ts';
import { wantsGpu } from '../../lib/stacks/gpu.ts';
import { newApp, stacksOf } from './new-app.ts';

const { gpu, pipeline } = stacksOf({ target: 'aws', gpu: 'true' });
if (gpu === undefined) throw new Error('The GPU stack was left out.');
const template = Template.fromStack(gpu);
const jobs = Template.fromStack(pipeline);

const propertiesOf = (type: string, props: object = {}) =>
  Object.values(template.findResources(type, { Properties: props })).map((each) => each.Properties);
const only = (type: string, props?: object) => {
  const all = propertiesOf(type, props);
  expect(all).toHaveLength(1);
  return all[0];
};

describe('the stack', () => {
  it('is there where the operator asks for it, on AWS alone', () => {
    expect(stacksOf({ target: 'aws' }).gpu).toBeUndefined();
    expect(stacksOf({ target: 'emulator', gpu: 'true' }).gpu).toBeUndefined();
    expect(() => wantsGpu(newApp({ gpu: 'perhaps' }))).toThrow('gpu');
  });

  it('has a queue and dead letters of its own', () => {
    template.resourceCountIs('AWS::SQS::Queue', 2);
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 60,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
  });

  it('costs nothing at rest that is paid by the hour', () => {
    for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::Instance', 'AWS::AutoScaling::AutoScalingGroup']) {
      template.resourceCountIs(type, 0);
    }
    const endpoints = propertiesOf('AWS::EC2::VPCEndpoint');
    expect(endpoints.map((each) => each.VpcEndpointType)).toEqual(['Gateway', 'Gateway']);
  });

  it('lets nothing in from outside', () => {
    for (const group of propertiesOf('AWS::EC2::SecurityGroup')) {
      expect(group.SecurityGroupIngress).toBeUndefined();
    }
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });
});

describe('the machines', () => {
  it.each(['ON_DEMAND', 'SPOT'])(
    '%s have one GPU, of three families, and go when they are idle',
    (option) => {
      const provider = only('AWS::ECS::CapacityProvider', {
        ManagedInstancesProvider: { InstanceLaunchTemplate: { CapacityOptionType: option } },
      });
      expect(provider.ManagedInstancesProvider).toMatchObject({
        InfrastructureOptimization: { ScaleInAfter: 300 },
        InstanceLaunchTemplate: {
          InstanceRequirements: {
            AllowedInstanceTypes: ['g6.*', 'g5.*', 'g4dn.*'],
            AcceleratorCount: { Min: 1, Max: 1 },
            AcceleratorTypes: ['gpu'],
            AcceleratorManufacturers: ['nvidia'],
          },
        },
      });
    },
  );

  it('run the first task on demand, and the others on Spot', () => {
    const { CapacityProviderStrategy: strategies } = only('AWS::ECS::Service');
    expect(strategies).toMatchObject([{ Base: 1, Weight: 0 }, { Weight: 1 }]);
    const [onDemand, spot] = strategies.map(
      (each: { CapacityProvider: { Ref: string } }) => each.CapacityProvider.Ref,
    );
    expect([onDemand, spot]).toEqual([expect.stringContaining('OnDemand'), expect.stringContaining('Spot')]);
  });
});

describe('a task', () => {
  const definition = only('AWS::ECS::TaskDefinition');
  const [container] = definition.ContainerDefinitions;

  it('has one GPU, and two minutes to finish what it has begun', () => {
    expect(definition).toMatchObject({ RequiresCompatibilities: ['MANAGED_INSTANCES'], NetworkMode: 'host' });
    expect(container).toMatchObject({
      ResourceRequirements: [{ Type: 'GPU', Value: '1' }],
      StopTimeout: 120,
      ReadonlyRootFilesystem: true,
      MountPoints: [{ ContainerPath: '/scratch', ReadOnly: false }],
    });
    expect(only('AWS::ECS::Service').NetworkConfiguration).toBeUndefined();
  });

  it('asks for CUDA, and knows its queue and how it works', () => {
    const environment = Object.fromEntries(
      container.Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
    );
    expect(environment).toMatchObject({
      EXECUTION_PROVIDER: 'cuda',
      GPU_QUEUE_URL: { Ref: expect.stringMatching(/^GpuQueue/) },
      BATCH_SIZE: '8',
      BATCH_WAIT_MS: '10',
      ANALYSIS_LEASE_SECONDS: '60',
      ANALYSIS_MAX_RECEIVES: '5',
      TABLE_NAME: expect.anything(),
      BUCKET_NAME: expect.anything(),
    });
  });

  it('may do just what it does', () => {
    const actions = propertiesOf('AWS::IAM::Policy')
      .filter(({ PolicyName }) => PolicyName.includes('TaskRole'))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action);
    expect([...new Set(actions)].sort()).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'ecs:GetTaskProtection',
      'ecs:UpdateTaskProtection',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:PutObject',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:ReceiveMessage',
    ]);
  });

  it('may not touch accounts', () => {
    const denied = propertiesOf('AWS::IAM::Policy')
      .filter(({ PolicyName }) => PolicyName.includes('TaskRole'))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Deny');
    expect(denied.length).toBeGreaterThan(0);
  });
});

describe('scaling', () => {
  const { gpuMaxTasks, gpuMessagesPerTask, gpuIdleMinutes } = readSettings(newApp({ target: 'aws' }));
  const alarmOf = (id: string) => {
    const found = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).find(([name]) =>
      name.startsWith(`Scaling${id}`),
    );
    return found?.[1].Properties;
  };
  const policyOf = (id: string) => {
    const [ref] = alarmOf(id)?.AlarmActions ?? [];
    return template.toJSON().Resources[ref.Ref].Properties.StepScalingPolicyConfiguration;
  };

  /** What CloudWatch and Application Auto Scaling make of a minute's measure. */
  function tasksAfter(messages: number, before: number, idleMinutes: number): number {
    const [work, idle] = [alarmOf('Work'), alarmOf('Idle')];
    const isWork = messages >= work?.Threshold;
    const isIdle = messages <= idle?.Threshold && idleMinutes >= idle?.EvaluationPeriods;
    if (!isWork && !isIdle) return before;
    const config = policyOf(isWork ? 'Work' : 'Idle');
    expect(config.AdjustmentType).toBe('ExactCapacity');
    const above = messages - (isWork ? work : idle)?.Threshold;
    const [step] = config.StepAdjustments.filter(
      (each: { MetricIntervalLowerBound?: number; MetricIntervalUpperBound?: number }) =>
        isWork
          ? above >= (each.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY) &&
            above < (each.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY)
          : above <= (each.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY),
    );
    return step.ScalingAdjustment;
  }

  it('goes from none to as many as there is work for, and back to none after a while', () => {
    const minutes = [
      0,
      1,
      150,
      201,
      10_000,
      10_000,
      650,
      90,
      1,
      ...Array.from({ length: gpuIdleMinutes + 1 }, () => 0),
    ];
    const seen: number[] = [];
    let tasks = 0;
    let idleMinutes = 0;
    for (const messages of minutes) {
      idleMinutes = messages === 0 ? idleMinutes + 1 : 0;
      tasks = tasksAfter(messages, tasks, idleMinutes);
      seen.push(tasks);
    }
    const stays = Array.from({ length: gpuIdleMinutes - 1 }, () => 1);
    expect(seen).toEqual([0, 1, 1, 2, gpuMaxTasks, gpuMaxTasks, 4, 1, 1, ...stays, 0, 0]);
  });

  it('is by the exact measure that the reconciler publishes each minute, of this queue, and waits where there is none', () => {
    for (const id of ['Work', 'Idle']) {
      expect(alarmOf(id)).toMatchObject({
        Namespace: 'Segmentry',
        MetricName: 'GpuMessages',
        Period: 60,
        Statistic: 'Maximum',
        TreatMissingData: 'ignore',
        Dimensions: [
          { Name: 'queue', Value: { 'Fn::GetAtt': [expect.stringMatching(/^GpuQueue/), 'QueueName'] } },
          { Name: 'service', Value: 'reconcile' },
        ],
      });
    }
  });

  it('begins with no task, and has no more than it may', () => {
    expect(only('AWS::ECS::Service').DesiredCount).toBe(0);
    expect(only('AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 0,
      MaxCapacity: gpuMaxTasks,
      ScalableDimension: 'ecs:service:DesiredCount',
    });
  });

  it('has a step for each further task', () => {
    const steps = policyOf('Work').StepAdjustments;
    expect(steps).toHaveLength(gpuMaxTasks);
    expect(steps[1]).toEqual({
      MetricIntervalLowerBound: gpuMessagesPerTask,
      MetricIntervalUpperBound: 2 * gpuMessagesPerTask,
      ScalingAdjustment: 2,
    });
  });
});

it('tells the operator of what waits, of what was given up, and of a task without CUDA', () => {
  const ids = Object.keys(template.findResources('AWS::CloudWatch::Alarm')).filter((id) =>
    id.startsWith('Alarms'),
  );
  expect(ids.map((id) => id.replace(/^Alarms/, '').slice(0, -8)).sort()).toEqual([
    'GpuDeadLetters',
    'GpuLate',
    'GpuMissing',
  ]);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ProviderMissing',
    Threshold: 1,
    Dimensions: Match.arrayWith([{ Name: 'service', Value: 'analyze-image-task' }]),
  });
});

describe('the pipeline', () => {
  const environmentOf = (stack: Template, name: string) =>
    Object.entries(stack.findResources('AWS::Lambda::Function')).find(([id]) =>
      id.startsWith(`${name}Function`),
    )?.[1].Properties.Environment.Variables;

  it.each(['UploadImage', 'IngestUpload', 'ProcessBatch', 'Reconcile'])(
    'lets %s send jobs to the GPU queue',
    (name) => {
      expect(environmentOf(jobs, name)).toHaveProperty('GPU_QUEUE_URL');
      expect(
        environmentOf(Template.fromStack(stacksOf({ target: 'aws' }).pipeline), name),
      ).not.toHaveProperty('GPU_QUEUE_URL');
    },
  );

  it.each(['UploadImage', 'Api'])('lets %s take jobs that ask for a GPU, where there is one', (name) => {
    expect(environmentOf(jobs, name).HAS_GPU).toBe('true');
    expect(environmentOf(Template.fromStack(stacksOf({ target: 'aws' }).pipeline), name).HAS_GPU).toBe(
      'false',
    );
  });

  it('lets the reconciler count the queue, and put back what died untried', () => {
    expect(environmentOf(jobs, 'Reconcile')).toHaveProperty('GPU_DEAD_LETTERS_URL');
    jobs.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^Reconcile'),
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: 'sqs:GetQueueAttributes', Effect: 'Allow' })]),
      },
    });
  });
});

it('refuses settings that AWS would, or that contradict each other', () => {
  const read = (context: Record<string, unknown>) => () =>
    readSettings(newApp({ target: 'aws', ...context }));
  expect(read({ gpuMaxTasks: 21 })).toThrow('gpuMaxTasks must be 1 to 20');
  expect(read({ gpuMaxTasks: 2, gpuOnDemandTasks: 3 })).toThrow('gpuOnDemandTasks');
  expect(read({ gpuBatchSize: 0 })).toThrow('gpuBatchSize');
});
