import { Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

const GATEWAYS = {
  S3: GatewayVpcEndpointAwsService.S3,
  DynamoDb: GatewayVpcEndpointAwsService.DYNAMODB,
};
/** Each costs about 7 dollars a month in each of the two zones. */
const INTERFACES = {
  Sqs: InterfaceVpcEndpointAwsService.SQS,
  Sns: InterfaceVpcEndpointAwsService.SNS,
  Kms: InterfaceVpcEndpointAwsService.KMS,
  XRay: InterfaceVpcEndpointAwsService.XRAY,
};

/** A network without a way to the Internet, in which functions reach the services that they use, and nothing else. */
export class Network extends Construct {
  readonly vpc: IVpc;

  constructor(stack: Stack) {
    super(stack, ID);
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'functions', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }],
      gatewayEndpoints: Object.fromEntries(
        Object.entries(GATEWAYS).map(([name, service]) => [name, { service }]),
      ),
    });
    for (const [name, service] of Object.entries(INTERFACES)) vpc.addInterfaceEndpoint(name, { service });
    vpc.addFlowLog('FlowLog');
    this.vpc = vpc as IVpc;
  }

  /** The network of the stack that `scope` is in; undefined where it has none. */
  static of(scope: Construct): Network | undefined {
    return Stack.of(scope).node.tryFindChild(ID) as Network | undefined;
  }
}

const ID = 'Network';
