import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  DockerImageCode,
  DockerImageFunction,
  type IFunction,
  Function as LambdaFunction,
  LayerVersion,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { baseImagesOf } from '../base-images.ts';
import { bundleLambda, type NativePackage } from '../bundle.ts';
import { type Hosting, readHosting } from '../hosting.ts';
import { readSettings } from '../settings.ts';
import { differencesOf, platformOf, readTarget } from '../target.ts';
import { Network } from './network.ts';
import { rollOut } from './rollout.ts';
import type { Runner } from './runner.ts';

/** Memory that buys one vCPU on Lambda. */
const MB_PER_VCPU = 1769;

/** A thread for each vCPU and for the larger part of one; more of them would only wait for each other. */
export const threadsFor = (memoryMb: number): number => Math.max(1, Math.round(memoryMb / MB_PER_VCPU));

export interface SegmentryFunctionProps {
  /** The folder under `lambdas/`. */
  readonly name: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly native?: readonly NativePackage[];
  /** A container image where the target has them: for what is too large, or brings programs of its own. */
  readonly asImage?: boolean;
  /** Processes that are the function's alone, and the most that it may have; 0 says nothing of either. */
  readonly reservedConcurrency?: number;
  /** Processes that are kept ready. */
  readonly provisionedConcurrency?: number;
  /** Whether it calls what is on the Internet: it stays outside of a network that has no way there. */
  readonly callsInternet?: boolean;
  readonly environment?: Record<string, string>;
}

/** One of the product's functions, with its own role, log group and nothing granted yet. */
export class SegmentryFunction extends Construct implements Runner {
  readonly lambda: LambdaFunction;
  /** What is called: the function, or the name under which its versions are rolled out. */
  readonly live: IFunction;
  /** The folder under `lambdas/`. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: SegmentryFunctionProps) {
    super(scope, id);
    this.name = props.name;
    const target = differencesOf(readTarget(this));
    const directory = codeOf(this, props);
    const network = Network.of(this);
    const hosting = readHosting(this, readSettings(this));
    const common = {
      description: props.description,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      architecture: platformOf(this).arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      ...(target.reservedConcurrency &&
        props.reservedConcurrency && { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(network !== undefined &&
        props.callsInternet !== true && {
          vpc: network.vpc,
          vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
        }),
      tracing: target.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      logGroup: new LogGroup(this, 'Log', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: target.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      }),
      environment: { ...props.environment },
    };
    if (props.asImage === true && target.imagePackaging) {
      this.lambda = new DockerImageFunction(this, 'Function', {
        ...common,
        code: DockerImageCode.fromImageAsset(directory, {
          buildArgs: baseImagesOf(this, props.name),
          platform: platformOf(this).arch === 'arm64' ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
        }),
      });
    } else {
      this.lambda = new LambdaFunction(this, 'Function', {
        ...common,
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromAsset(directory),
      });
      this.#sendTraces(hosting);
    }
    const { rollout } = hosting;
    const provisioned = props.provisionedConcurrency ?? 0;
    const isNamed = rollout !== 'AllAtOnce' || provisioned > 0;
    this.live = (isNamed ? rollOut(this, this.lambda, { rollout, provisioned }) : this.lambda) as IFunction;
  }

  /** By OpenTelemetry, where the operator has a layer for it: its wrapper starts before the function does. */
  #sendTraces({ otelLayerArn, otelEndpoint }: Hosting): void {
    if (otelLayerArn === undefined) return;
    this.lambda.addLayers(LayerVersion.fromLayerVersionArn(this, 'Otel', otelLayerArn));
    this.addEnvironment({
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler',
      OTEL_SERVICE_NAME: this.name,
      ...(otelEndpoint !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: otelEndpoint }),
    });
  }

  /** Grants exactly `actions` on `resources`. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  addToPolicy(statement: PolicyStatement): void {
    this.lambda.addToRolePolicy(statement);
  }

  addEnvironment(variables: Record<string, string>): void {
    for (const [name, value] of Object.entries(variables)) this.lambda.addEnvironment(name, value);
  }
}

/** The function's code folder; its sources, where CDK asks for no code: for `destroy`, and tests of templates. */
function codeOf(scope: Construct, { name, native = [], asImage = false }: SegmentryFunctionProps): string {
  if (!Stack.of(scope).bundlingRequired) return join('lambdas', name);
  const isImage = asImage && differencesOf(readTarget(scope)).imagePackaging;
  return bundleLambda({ name, native, platform: platformOf(scope), files: isImage ? ['Dockerfile'] : [] });
}
