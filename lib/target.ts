import type { Construct } from 'constructs';
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
  /** X-Ray is not emulated. */
  readonly tracing: boolean;
  /** MiniStack asks for `sqs:SendMessageBatch` by name; on AWS `sqs:SendMessage` covers it. */
  readonly sendActions: readonly string[];
  /** Images bring ffmpeg along; a laptop has it in a pinned package. */
  readonly videoTools: (scope: Construct) => VideoTools;
  /** The platform whose native packages go into the bundles: Lambda's, or the laptop's own. */
  readonly platform: { readonly os: string; readonly arch: string };
  /** A laptop's memory buys one thread for a worker; on AWS 1,769 MB are one vCPU. */
  readonly analysisMemoryMb: number;
  /** Emulated workers are processes on a laptop, each with its own model. */
  readonly analysisConcurrency: number;
  /** How many webhooks are called at once; processes on a laptop, too. */
  readonly deliveryConcurrency: number;
  /** Whoever develops on a laptop receives webhooks there, by plain HTTP. */
  readonly loopbackWebhooks: boolean;
  /** Emulators take messages to WebSocket connections under a path of their own address. */
  readonly connectionsByPath: boolean;
  /** A stack on an emulator is thrown away with everything in it. */
  readonly keepData: boolean;
}

const DIFFERENCES: Record<Target, TargetDifferences> = {
  aws: {
    imagePackaging: true,
    tlsOnly: true,
    tracing: true,
    sendActions: ['sqs:SendMessage'],
    videoTools: () => IMAGE_VIDEO_TOOLS,
    platform: { os: 'linux', arch: 'x64' },
    analysisMemoryMb: 3538,
    analysisConcurrency: 50,
    deliveryConcurrency: 100,
    loopbackWebhooks: false,
    connectionsByPath: false,
    keepData: true,
  },
  emulator: {
    imagePackaging: false,
    tlsOnly: false,
    tracing: false,
    sendActions: ['sqs:SendMessage', 'sqs:SendMessageBatch'],
    videoTools: findVideoTools,
    platform: { os: process.platform, arch: process.arch },
    analysisMemoryMb: 1769,
    analysisConcurrency: 2,
    deliveryConcurrency: 3,
    loopbackWebhooks: true,
    connectionsByPath: true,
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
