import type { Construct } from 'constructs';
import type { Settings } from './default-settings.ts';
import { findVideoTools, IMAGE_VIDEO_TOOLS, type VideoTools } from './video-tools.ts';

export type Target = 'aws' | 'emulator';

/**
 * What the targets differ in, and why. Everything else is the same on both; a difference that is not named
 * here does not exist.
 */
export interface TargetDifferences {
  /** Image functions need a container engine, which the emulators run without. */
  readonly imagePackaging: boolean;
  /** Emulators speak plain HTTP on loopback. */
  readonly tlsOnly: boolean;
  /** CloudFront is not emulated: what launches the emulator serves the console. */
  readonly contentDelivery: boolean;
  /** Nor is ECS: tasks with a GPU are left out. */
  readonly containerTasks: boolean;
  /** X-Ray is not emulated. */
  readonly tracing: boolean;
  /** MiniStack asks for `sqs:SendMessageBatch` by name; on AWS `sqs:SendMessage` covers it. */
  readonly sendActions: readonly string[];
  /** The same of `sns:PublishBatch`, which `sns:Publish` covers on AWS. */
  readonly publishActions: readonly string[];
  /** Images bring ffmpeg along; a laptop has it in a pinned package. */
  readonly videoTools: (scope: Construct) => VideoTools;
  /** The platform whose native packages go into the bundles: Lambda's, or the laptop's own. */
  readonly platform: { readonly os: string; readonly arch: string };
  /** Emulated workers are processes on a laptop, each with its own model: their memory buys one thread. */
  readonly workers: Partial<
    Pick<Settings, 'analysisMemoryMb' | 'analysisConcurrency' | 'deliveryConcurrency'>
  >;
  /** Tests on an emulator do not wait for six time-outs until a message shows again. */
  readonly patient: boolean;
  /** Whoever develops on a laptop receives webhooks there, by plain HTTP. */
  readonly loopbackWebhooks: boolean;
  /** Emulators take messages to WebSocket connections under a path of their own address. */
  readonly connectionsByPath: boolean;
  /** Emulators measure nothing that a dashboard could show, or alarms could watch besides dead letters, and no sums. */
  readonly metrics: boolean;
  /** No emulator writes logs of who reads a bucket. */
  readonly bucketLogs: boolean;
  /** Nor what its API Gateway was asked. */
  readonly gatewayLogs: boolean;
  /** MiniStack's CloudFormation takes and forgets a function's reserved concurrency. */
  readonly reservedConcurrency: boolean;
  /** Nor does it take the key of a topic. */
  readonly encryptedTopics: boolean;
  /** A stack on an emulator is thrown away with everything in it. */
  readonly keepData: boolean;
}

const DIFFERENCES: Record<Target, TargetDifferences> = {
  aws: {
    imagePackaging: true,
    tlsOnly: true,
    contentDelivery: true,
    containerTasks: true,
    tracing: true,
    sendActions: ['sqs:SendMessage'],
    publishActions: ['sns:Publish'],
    videoTools: () => IMAGE_VIDEO_TOOLS,
    platform: { os: 'linux', arch: 'x64' },
    workers: {},
    patient: true,
    loopbackWebhooks: false,
    connectionsByPath: false,
    metrics: true,
    bucketLogs: true,
    gatewayLogs: true,
    reservedConcurrency: true,
    encryptedTopics: true,
    keepData: true,
  },
  emulator: {
    imagePackaging: false,
    tlsOnly: false,
    contentDelivery: false,
    containerTasks: false,
    tracing: false,
    sendActions: ['sqs:SendMessage', 'sqs:SendMessageBatch'],
    publishActions: ['sns:Publish', 'sns:PublishBatch'],
    videoTools: findVideoTools,
    platform: { os: process.platform, arch: process.arch },
    workers: { analysisMemoryMb: 1769, analysisConcurrency: 2, deliveryConcurrency: 3 },
    patient: false,
    loopbackWebhooks: true,
    connectionsByPath: true,
    metrics: false,
    bucketLogs: false,
    gatewayLogs: false,
    reservedConcurrency: false,
    encryptedTopics: false,
    keepData: false,
  },
};

/** @throws where the context names no target. */
export function readTarget(scope: Construct): Target {
  const target: unknown = scope.node.tryGetContext('target') ?? 'aws';
  if (target === 'aws' || target === 'emulator') return target;
  throw new Error(`There is no target "${target}". Use -c target=aws or -c target=emulator.`);
}

export const differencesOf = (target: Target): TargetDifferences => DIFFERENCES[target];

/**
 * The platform that functions run on: the target's, on AWS with the processors of `-c arch=…`.
 * @throws where Lambda has no such processors.
 */
export function platformOf(scope: Construct): TargetDifferences['platform'] {
  const target = readTarget(scope);
  const { platform } = DIFFERENCES[target];
  const arch: unknown = target === 'aws' ? scope.node.tryGetContext('arch') : undefined;
  if (arch === undefined) return platform;
  if (arch === 'x64' || arch === 'arm64') return { ...platform, arch };
  throw new Error(`The setting arch must be x64 or arm64, not "${String(arch)}".`);
}
