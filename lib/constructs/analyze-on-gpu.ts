import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AvailabilityZoneRebalancing,
  type CfnService,
  Compatibility,
  type ContainerDefinition,
  ContainerImage,
  FargateService,
  type IService,
  LogDriver,
  NetworkMode,
  TaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { baseImagesOf } from '../base-images.ts';
import { bundleLambda } from '../bundle.ts';
import { type CreditSettings, creditTerms } from '../credits.ts';
import type { Settings } from '../settings.ts';
import type { GpuCapacity } from './gpu-capacity.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { RecordsTable } from './records-table.ts';
import type { Runner } from './runner.ts';
import type { WorkQueue } from './work-queue.ts';

export interface AnalyzeOnGpuProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly jobs: WorkQueue;
  readonly capacity: GpuCapacity;
}

const NAME = 'analyze-image';
const DOCKERFILE = 'task.Dockerfile';
/** What a machine with four processors and 16 GB leaves to its task. */
const TASK_CPU_UNITS = 3072;
const TASK_MEMORY_MB = 12_288;
/** Of each process: what CUDA leaves to the processor is little. */
const THREADS = 1;
/** The longest that ECS waits between SIGTERM and SIGKILL; as long as Spot's notice is. */
const STOP_SECONDS = 120;

/** Runs the models of jobs that ask for a GPU: tasks that take them from their queue themselves. */
export class AnalyzeOnGpu extends Construct implements Runner {
  readonly service: IService;
  readonly #definition: TaskDefinition;
  readonly #container: ContainerDefinition;

  constructor(scope: Construct, id: string, { capacity, ...props }: AnalyzeOnGpuProps) {
    super(scope, id);
    const { bucket, table, jobs } = props;
    this.#definition = new TaskDefinition(this, 'Task', {
      compatibility: Compatibility.MANAGED_INSTANCES,
      // The machine's own address leads to AWS; one of the task's would be private.
      networkMode: NetworkMode.HOST,
      cpu: String(TASK_CPU_UNITS),
      memoryMiB: String(TASK_MEMORY_MB),
      volumes: [{ name: 'weights' }],
    });
    this.#container = this.#contain(props);
    this.#container.addMountPoints({ sourceVolume: 'weights', containerPath: '/scratch', readOnly: false });
    table.grantReadWrite(this);
    table.grantBatchGet(this);
    bucket.grant(this, { images: ['read'], models: ['read'], results: ['write', 'remove'] });
    jobs.grantConsume(this);
    this.#letProtectItself(capacity);
    this.service = this.#serve(capacity);
  }

  #contain({ settings, credits, jobs }: Omit<AnalyzeOnGpuProps, 'capacity'>): ContainerDefinition {
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    return this.#definition.addContainer('worker', {
      image: ContainerImage.fromDockerImageAsset(
        new DockerImageAsset(this, 'Image', {
          directory: codeOf(this),
          file: DOCKERFILE,
          buildArgs: baseImagesOf(this, NAME, DOCKERFILE),
          platform: Platform.LINUX_AMD64,
        }),
      ),
      gpuCount: 1,
      stopTimeout: Duration.seconds(STOP_SECONDS),
      readonlyRootFilesystem: true,
      logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'task' }),
      environment: {
        // Lambda sets it by itself, ECS does not.
        AWS_REGION: Stack.of(this).region,
        GPU_QUEUE_URL: jobs.queue.queueUrl,
        EXECUTION_PROVIDER: 'cuda',
        TASK_PROCESSES: String(settings.gpuProcesses),
        BATCH_SIZE: String(settings.gpuBatchSize),
        BATCH_WAIT_MS: String(settings.gpuBatchWaitMs),
        ANALYSIS_LEASE_SECONDS: String(settings.gpuLeaseSeconds),
        ANALYSIS_TIMEOUT_SECONDS: String(settings.analysisTimeoutSeconds),
        ANALYSIS_MAX_RECEIVES: String(settings.maxReceives),
        ANALYSIS_THREADS: String(THREADS),
        MODEL_MEMORY_MB: String(Math.floor(settings.gpuModelMemoryMb / settings.gpuProcesses)),
        MODEL_CACHE_MB: String(settings.gpuModelMemoryMb),
        IMAGE_LIMIT_PIXELS: String(settings.imageLimitPixels),
        ...creditTerms(credits),
      },
    });
  }

  /** The agent asks ECS with the task's own role. */
  #letProtectItself({ cluster }: GpuCapacity): void {
    const tasks = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'task',
      resourceName: `${cluster.clusterName}/*`,
    });
    this.allow(['ecs:UpdateTaskProtection', 'ecs:GetTaskProtection'], [tasks]);
  }

  #serve({ cluster, strategies }: GpuCapacity): IService {
    const service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition: this.#definition,
      capacityProviderStrategies: strategies,
      // Work starts them. A deployment sets it again: tasks that are busy are protected, and others soon come back.
      desiredCount: 0,
      // A new version takes the machines of the old one: an account may have no more of them.
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.DISABLED,
      circuitBreaker: { rollback: true },
      enableECSManagedTags: true,
    });
    // Tasks of the network mode `host` have none of their own.
    (service.node.defaultChild as CfnService).addPropertyDeletionOverride('NetworkConfiguration');
    return service as IService;
  }

  allow(actions: readonly string[], resources: readonly string[]): void {
    this.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  addToPolicy(statement: PolicyStatement): void {
    this.#definition.addToTaskRolePolicy(statement);
  }

  addEnvironment(variables: Record<string, string>): void {
    for (const [name, value] of Object.entries(variables)) this.#container.addEnvironment(name, value);
  }
}

/** The image's build context; its sources, where CDK asks for no code. GPUs come with x86 processors. */
function codeOf(scope: Construct): string {
  if (!Stack.of(scope).bundlingRequired) return join('lambdas', NAME);
  return bundleLambda({
    name: NAME,
    native: ['sharp', 'onnxruntime-node'],
    platform: { os: 'linux', arch: 'x64' },
    files: [DOCKERFILE],
  });
}
